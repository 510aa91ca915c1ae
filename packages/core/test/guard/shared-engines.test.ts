// One engine per backend: shared by the guards of a process, closed with the last, opened anew after a failure.
import { describe, expect, it } from 'vitest'
import { fakeClock } from '../../../testing/src/fake-clock.ts'
import { buildPolicy } from '../support/build-policy.ts'
import { faultyBackend } from '../support/faulty-backend.ts'
import { openBrowser, openShop, passwordLogin } from '../support/shop.ts'

const RETRY_MS = 1_050

describe('shared engines', () => {
  it('are opened once for two guards on one backend, and closed when both are', async () => {
    const clock = fakeClock()
    const backendOf = faultyBackend(clock)
    const one = openShop({ clock, backendOf })
    const two = openShop({ clock, backendOf })
    await Promise.all([one.guard.ready(), two.guard.ready(), one.guard.ready()])
    expect(backendOf.opened()).toBe(1)
    await one.close()
    expect(backendOf.closed()).toBe(0)
    const browser = openBrowser(two, passwordLogin(two))
    expect(await browser.outcome('account.view')).toBe('pass')
    await two.close()
    await two.close()
    expect(backendOf.closed()).toBe(1)
  })

  it('are two for two backends', async () => {
    const [one, two] = [openShop(), openShop()]
    await Promise.all([one.guard.ready(), two.guard.ready()])
    await one.guard.operator.suspend('opt-outs', { by: 'ann', why: 'test' })
    expect(one.guard.health().suspended).toHaveLength(1)
    expect(two.guard.health().suspended).toHaveLength(0)
    await Promise.all([one.close(), two.close()])
  })

  it('of a closed guard decide nothing', async () => {
    const shop = openShop()
    const browser = openBrowser(shop, passwordLogin(shop))
    expect(await browser.outcome('account.view')).toBe('pass')
    await shop.close()
    expect(await browser.outcome('account.view')).toBe('deny failure failure')
    expect(shop.guard.health()).toMatchObject({ ok: false, stale: true, revision: 'none' })
  })

  it('are opened by nobody before the first request, ready() or health()', async () => {
    const shop = openShop()
    expect(shop.backend.opened()).toBe(0)
    await shop.close()
    expect(shop.backend.closed()).toBe(0)
  })

  it('are opened by a probe of their health, or it would keep requests away for good', async () => {
    const shop = openShop()
    const warnings = ['the guard is being opened']
    expect(shop.guard.health()).toMatchObject({ ok: false, revision: 'none', warnings })
    await shop.guard.ready()
    expect(shop.guard.health().ok).toBe(true)
    expect(shop.backend.opened()).toBe(1)
    await shop.close()
  })

  it('say in their health why they cannot be opened', async () => {
    const clock = fakeClock()
    const backendOf = faultyBackend(clock)
    backendOf.faults.opening = true
    const shop = openShop({ clock, backendOf })
    await expect(shop.guard.ready()).rejects.toThrow('detail of the opening')
    expect(shop.guard.health().warnings).toEqual([
      'the guard cannot be opened: secret detail of the opening',
    ])
    await shop.close()
  })

  it('let go of the backend where the policy at the start is refused, so that a next attempt finds it free', async () => {
    const clock = fakeClock()
    const backendOf = faultyBackend(clock)
    const compiled = buildPolicy({
      threatModels: {
        calm: { bias: -2, signals: { 'no-source': 1 }, levels: { MEDIUM: 0.35, HIGH: 0.7 } },
      },
    })
    const shop = openShop({ clock, backendOf, compiled })
    await expect(shop.guard.ready()).rejects.toMatchObject({ code: 'signal_without_source' })
    expect([backendOf.opened(), backendOf.closed()]).toEqual([1, 1])
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    await expect(shop.guard.ready()).rejects.toMatchObject({ code: 'signal_without_source' })
    expect([backendOf.opened(), backendOf.closed()]).toEqual([2, 2])
    await shop.close()
  })

  it('let go of the backend where they cannot be started', async () => {
    const clock = fakeClock()
    const backendOf = faultyBackend(clock)
    const { source } = backendOf
    const withoutSecrets = {
      ...source,
      open: async (context: Parameters<typeof source.open>[0]) => ({
        ...(await source.open(context)),
        secrets: [],
      }),
    }
    const shop = openShop({ clock, backendOf, backend: withoutSecrets })
    await expect(shop.guard.ready()).rejects.toThrow('at least one secret')
    expect([backendOf.opened(), backendOf.closed()]).toEqual([1, 1])
    await shop.close()
  })
})
