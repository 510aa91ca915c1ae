import { memoryAuditLog, memoryBackend, memoryFeed, memoryStore } from '@countersign/core'
import { auditContract, fakeClock, feedContract, storeContract } from '@countersign/testing'
import { describe, expect, it } from 'vitest'

const nothing = async () => {}

feedContract('memory', async () => ({
  open: async () => memoryFeed(),
  lasting: false,
  pass: nothing,
  dispose: nothing,
}))

storeContract('memory', async () => {
  const clock = fakeClock()
  return {
    open: async () => memoryStore({ clock }),
    lasting: false,
    pass: async (ms) => clock.advance(ms),
    dispose: nothing,
  }
})

auditContract('memory', async () => ({
  open: async () => memoryAuditLog(),
  lasting: false,
  pass: nothing,
  dispose: nothing,
}))

describe('memoryBackend', () => {
  it('uses the secrets it is given, newest first, and makes one where none is', async () => {
    const given = await memoryBackend().open({ secrets: ['new', 'old'] })
    expect(given.secrets).toEqual(['new', 'old'])
    const [one] = (await memoryBackend().open({ secrets: [] })).secrets
    const [other] = (await memoryBackend().open({ secrets: [] })).secrets
    expect(one?.length).toBeGreaterThanOrEqual(43)
    expect(one).not.toBe(other)
  })

  it('each call is a backend of its own', () => {
    expect(memoryBackend().key).not.toBe(memoryBackend().key)
  })

  it('closes all its parts', async () => {
    const backend = await memoryBackend().open({ secrets: [] })
    await backend.close()
    await expect(backend.store.read(['a', 'b', 'c'])).rejects.toThrow('closed')
    await expect(backend.audit.head('main')).rejects.toThrow('closed')
  })
})
