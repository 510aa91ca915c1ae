import {
  type AuditLog,
  combineBackend,
  type Feed,
  memoryAuditLog,
  memoryFeed,
  memoryStore,
  type OpenPort,
  openCommands,
  type PortSource,
  type Store,
  webPlatform,
} from '@countersign/core'
import { describe, expect, it } from 'vitest'

const SECRETS = { secrets: ['a secret of the tests, long enough'] }

interface Parts {
  feed: PortSource<Feed>
  store: PortSource<Store>
  audit: PortSource<AuditLog>
}

function partsOf(events: string[], change: Partial<Parts> = {}): Parts {
  function source<Port extends { close(): Promise<void> }>(
    key: string,
    make: () => OpenPort<Port>,
  ): PortSource<Port> {
    return {
      key,
      async open({ secrets }) {
        events.push(`open ${key} with ${secrets.length}`)
        const port = make()
        return {
          ...port,
          async close() {
            events.push(`close ${key}`)
            await port.close()
          },
        }
      },
    }
  }
  return {
    feed: {
      ...source<Feed>('f', () => ({ ...memoryFeed(), warnings: () => ['the feed is slow'] })),
      scope: 'shop',
    },
    store: source('s', () => memoryStore()),
    audit: source('a', () => ({ ...memoryAuditLog(), chain: 'shop-1' })),
    ...change,
  }
}

describe('combineBackend', () => {
  it('opens each part with the secrets, and closes each', async () => {
    const events: string[] = []
    const backend = await combineBackend(partsOf(events)).open(SECRETS)
    expect(events).toEqual(['open f with 1', 'open s with 1', 'open a with 1'])
    expect(backend.secrets).toEqual(SECRETS.secrets)
    expect(backend.warnings?.()).toEqual(['the feed is slow'])
    expect([backend.authority, backend.scope]).toEqual(['operator-keys', 'shop'])
    await backend.close()
    expect(events.slice(3).sort()).toEqual(['close a', 'close f', 'close s'])
    await expect(backend.store.read(['a', 'b', 'c'])).rejects.toThrow('closed')
  })

  it('has one key per combination, whatever is in the names', () => {
    const of = (key: string) => ({ ...partsOf([]).feed, key })
    const keys = ['f', 'f","s', 'f"'].map(
      (key) => combineBackend({ ...partsOf([]), feed: of(key) }).key,
    )
    expect(new Set(keys).size).toBe(3)
    expect(combineBackend(partsOf([])).key).toBe(combineBackend(partsOf([])).key)
  })

  it('refuses to open without a secret, and opens nothing', async () => {
    const events: string[] = []
    const opening = combineBackend(partsOf(events)).open({ secrets: [] })
    await expect(opening).rejects.toMatchObject({
      code: 'secret_missing',
      message: expect.stringContaining('openssl rand'),
    })
    expect(events).toEqual([])
  })

  it('closes what was opened where a later part cannot be', async () => {
    const events: string[] = []
    const audit = { key: 'a', open: () => Promise.reject(new Error('the log is away')) }
    const opening = combineBackend(partsOf(events, { audit })).open(SECRETS)
    await expect(opening).rejects.toThrow('the log is away')
    expect(events.slice(2).sort()).toEqual(['close f', 'close s'])
  })

  it('closes all the others where one cannot be closed', async () => {
    const events: string[] = []
    const parts = partsOf(events)
    const feed: PortSource<Feed> = {
      key: 'f',
      open: async (context) => ({
        ...(await parts.feed.open(context)),
        close: () => Promise.reject(new Error('the feed hangs')),
      }),
    }
    const backend = await combineBackend({ ...parts, feed }).open(SECRETS)
    await expect(backend.close()).rejects.toThrow('the feed hangs')
    expect(events.slice(3).sort()).toEqual(['close a', 'close s'])
  })

  it('an engine on it writes the chain that the log names', async () => {
    const audit = { ...memoryAuditLog(), chain: 'shop-1' }
    const parts = partsOf([], { audit: { key: 'a', open: async () => audit } })
    const logger = { info() {}, warn() {}, error() {} }
    const commands = await openCommands(
      { backend: combineBackend(parts), ...SECRETS, logger },
      webPlatform,
    )
    await commands.handlers['suspend']?.({ target: 'opt-outs', by: 'ann', why: 'a test' })
    const chains: string[] = []
    for await (const record of audit.read({})) chains.push(record.chain)
    expect(new Set(chains)).toEqual(new Set(['shop-1']))
    await commands.close()
  })
})
