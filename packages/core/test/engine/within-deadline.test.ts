// What hangs ends in a challenge, not in a request that hangs (laws 5 and 8).
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { fakeClock } from '../../../testing/src/fake-clock.ts'
import { DEADLINE_MS, withinDeadline } from '../../src/engine/within-deadline.ts'
import { faultyBackend } from '../support/faulty-backend.ts'
import { openBrowser, openShop, passwordLogin } from '../support/shop.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

it('answers with what the work comes to', async () => {
  expect(await withinDeadline(Promise.resolve(1), 'it')).toBe(1)
  await expect(withinDeadline(Promise.reject(new Error('no')), 'it')).rejects.toThrow('no')
  expect(vi.getTimerCount()).toBe(0)
})

it('rejects at the deadline, and not before', async () => {
  let told: string | undefined
  const waiting = withinDeadline(new Promise(() => {}), 'the record').catch((error: Error) => {
    told = error.message
  })
  await vi.advanceTimersByTimeAsync(DEADLINE_MS - 1)
  expect(told).toBeUndefined()
  await vi.advanceTimersByTimeAsync(1)
  await waiting
  expect(told).toBe('the record took over 5000 ms')
})

it('challenges where the audit log hangs', async () => {
  vi.useRealTimers()
  const clock = fakeClock()
  const backend = faultyBackend(clock)
  const shop = openShop({ clock, backendOf: backend })
  await shop.guard.ready()
  const browser = openBrowser(shop, passwordLogin(shop))
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const reached = new Promise<void>((resolve) => {
    backend.faults.beforeRecord = () => {
      resolve()
      return new Promise(() => {})
    }
  })
  const asking = browser.outcome('transfer.create', { resource: { amount: 30, payee: 'baker' } })
  await reached
  await vi.advanceTimersByTimeAsync(DEADLINE_MS + 1)
  expect(await asking).toMatch(/^challenge/)
})
