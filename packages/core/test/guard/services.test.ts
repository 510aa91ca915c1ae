// What an app calls besides its guards: signals, credential events, feedback, health; and the policy at the start.
import { afterEach, describe, expect, it } from 'vitest'
import { fakeClock } from '../../../testing/src/fake-clock.ts'
import { memoryAuditLog } from '../../src/memory/memory-audit-log.ts'
import type { Clock } from '../../src/ports/clock.ts'
import { signal } from '../policy/trees.ts'
import { buildPolicy, DAY, moneyRule } from '../support/build-policy.ts'
import { type FaultyBackend, faultyBackend } from '../support/faulty-backend.ts'
import { openBrowser, openShop, passwordLogin, type Shop } from '../support/shop.ts'

let shop: Shop
afterEach(() => shop.close())

const closed = {
  id: 'closed',
  actions: ['*'],
  when: {
    source: '"account-disabled" in signals',
    tree: signal('account-disabled'),
    reads: { resource: [], claims: [], signals: ['account-disabled'], facts: [] },
  },
  deny: true as const,
  optOuts: [],
}

describe('signal', () => {
  function open(): ReturnType<typeof openBrowser> {
    shop = openShop({ compiled: buildPolicy({ rules: [moneyRule(), closed] }) })
    return openBrowser(shop, passwordLogin(shop))
  }

  it.each([
    { name: 'the subject', about: { subject: 'alice' }, denied: true },
    { name: 'another subject', about: { subject: 'bob' }, denied: false },
    { name: 'the session', about: { session: 'alice-1', subject: 'alice' }, denied: true },
    { name: 'another session', about: { session: 'alice-2', subject: 'alice' }, denied: false },
    { name: 'another’s session', about: { session: 'alice-1', subject: 'bob' }, denied: false },
    { name: 'the address', about: { address: '203.0.113.7' }, denied: true },
    { name: 'another address', about: { address: '203.0.113.8' }, denied: false },
  ])('about $name counts in the very next decision: $denied', async ({ about, denied }) => {
    const browser = open()
    expect(await browser.outcome('site.view')).toBe('pass')
    await shop.guard.signal({ code: 'account-disabled', about })
    expect(await browser.outcome('site.view')).toBe(denied ? 'deny policy rule_denies' : 'pass')
  })

  it('ends after a day or when it says, and can be taken back', async () => {
    const browser = open()
    const about = { subject: 'alice' }
    await shop.guard.signal({ code: 'account-disabled', about })
    await shop.pass(DAY - 1)
    expect(await browser.outcome('site.view')).toMatch(/^deny/)
    await shop.pass(1)
    expect(await browser.outcome('site.view')).toBe('pass')
    const until = new Date(shop.clock.now() + 1_000)
    await shop.guard.signal({ code: 'account-disabled', about, until })
    expect(await browser.outcome('site.view')).toMatch(/^deny/)
    await shop.guard.signal({ code: 'account-disabled', about, share: 0 })
    expect(await browser.outcome('site.view')).toBe('pass')
  })

  it.each<{ name: string; input: object }>([
    { name: 'no code', input: { code: '' } },
    { name: 'a code in capitals', input: { code: 'Account' } },
    { name: 'the reserved code', input: { code: 'cold-start' } },
    { name: 'a share of two', input: { share: 2 } },
    { name: 'a share that is none', input: { share: Number.NaN } },
    { name: 'an end in the past', input: { until: new Date(0) } },
    { name: 'an end that is none', input: { until: new Date('x') } },
    { name: 'an end in two years', input: { until: new Date(Date.UTC(2029, 1, 1)) } },
    { name: 'about nobody', input: { about: {} } },
    { name: 'about nothing', input: { about: undefined } },
    { name: 'about an undefined subject', input: { about: { subject: undefined } } },
    { name: 'about an empty subject', input: { about: { subject: '' } } },
    { name: 'about a session of nobody', input: { about: { session: 'x' } } },
    { name: 'about two', input: { about: { subject: 'a', address: '192.0.2.1' } } },
  ])('is refused: $name', async ({ input }) => {
    open()
    const good = { code: 'account-disabled', about: { subject: 'alice' } }
    await expect(shop.guard.signal({ ...good, ...input })).rejects.toThrow(TypeError)
  })
})

describe('credentialChanged and feedback', () => {
  it('refuse what they do not know', async () => {
    shop = openShop()
    const { guard } = shop
    for (const [subject, what] of [
      ['', 'password-changed'],
      [undefined, 'password-changed'],
      ['alice', 'constructor'],
      ['alice', ''],
    ] as never[][])
      await expect(guard.credentialChanged(subject as never, what as never)).rejects.toThrow(
        TypeError,
      )
    for (const [id, label] of [
      ['', 'fraud'],
      ['x'.repeat(65), 'fraud'],
      [undefined, 'fraud'],
      ['id', 'maybe'],
    ] as never[][])
      await expect(guard.feedback(id as never, label as never)).rejects.toThrow(TypeError)
  })

  it('are recorded', async () => {
    shop = openShop()
    await shop.guard.credentialChanged('alice', 'factor-added')
    await shop.guard.feedback('some-decision', 'fraud')
    await shop.close()
    expect(shop.backend.records().map(({ entry }) => entry)).toMatchObject([
      { type: 'change', topic: 'policy' },
      { type: 'change', topic: 'revocation', subject: 'alice', change: { what: 'factor-added' } },
      { type: 'change', topic: 'feedback', decision: 'some-decision', label: 'fraud' },
    ])
  })
})

describe('health', () => {
  it('is well only where opt-outs are honoured', async () => {
    shop = openShop()
    expect(shop.guard.health()).toMatchObject({ ok: false, stale: true, feedAgeMs: null })
    await shop.guard.ready()
    expect(shop.guard.health()).toMatchObject({ ok: true, stale: false, activation: '1:1' })
    shop.backend.hold(true)
    shop.clock.advance(10_001)
    expect(shop.guard.health()).toMatchObject({ ok: false, stale: true, feedAgeMs: 10_001 })
    shop.backend.hold(false)
    await shop.pass(1)
    expect(shop.guard.health()).toMatchObject({ ok: true })
    shop.backend.faults.audit = true
    const browser = openBrowser(shop, passwordLogin(shop))
    await browser.ask('transfer.create', { resource: { amount: 1 } })
    expect(shop.guard.health()).toMatchObject({ ok: false, audit: { ok: false } })
  })
})

describe('the policy at the start', () => {
  const first = buildPolicy({ name: 'first' })
  const second = buildPolicy({ name: 'second' })

  it('is the option’s, once; what operators activated since wins (the feed wins)', async () => {
    const clock = fakeClock()
    const backendOf = faultyBackend(clock)
    shop = openShop({ clock, backendOf, compiled: first })
    await shop.guard.ready()
    await shop.guard.operator.activate(second, { by: 'ann', why: 'test' })
    const restarted = openShop({ clock, backendOf: sameFeed(backendOf, clock), compiled: first })
    await restarted.guard.ready()
    expect(restarted.guard.health().revision).toBe(second.revision)
    expect(restarted.logged).toContainEqual({
      level: 'info',
      message: expect.stringContaining('activated by an operator'),
    })
    expect((await restarted.guard.operator.history()).activations).toHaveLength(2)
    const third = buildPolicy({ name: 'third' })
    const deployed = openShop({ clock, backendOf: sameFeed(backendOf, clock), compiled: third })
    await deployed.guard.ready()
    expect(deployed.guard.health().revision).toBe(third.revision)
    await Promise.all([restarted.close(), deployed.close()])
  })

  it('is the built-in one where none was given, and says so', async () => {
    shop = openShop({ policy: undefined })
    await shop.guard.ready()
    const { activations } = await shop.guard.operator.history()
    expect(activations).toMatchObject([{ name: 'built-in', by: 'countersign', inForce: true }])
    expect(shop.logged).toContainEqual({
      level: 'warn',
      message: expect.stringContaining('no policy was given'),
    })
  })
})

/** Another engine on the same feed, store and log, as after a restart. */
function sameFeed(backend: FaultyBackend, clock: Clock): FaultyBackend {
  return {
    ...backend,
    source: {
      key: `again ${crypto.randomUUID()}`,
      open: async () => ({
        feed: backend.feed(),
        store: backend.store(),
        audit: memoryAuditLog(),
        authority: 'machine' as const,
        clock,
        secrets: ['a secret of the shop, long enough to be one'],
        close: async () => {},
      }),
    },
  }
}
