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

  it('of a code that the policy does not name is told once, until another policy is in force', async () => {
    open()
    const codes = ['acount-disabled', 'acount-disabled', 'bot-activity', 'acount-disabled']
    const send = async (): Promise<void> => {
      for (const code of codes) await shop.guard.signal({ code, about: { subject: 'alice' } })
    }
    await send()
    const told = [
      'the policy in force names no signal acount-disabled. Did you mean account-disabled?',
      'the policy in force names no signal bot-activity.',
    ]
    expect(shop.logged.map(({ message }) => message)).toEqual(told)
    await shop.guard.operator.activate(
      buildPolicy({ rules: [moneyRule(), closed], name: 'next' }),
      {
        by: 'ann',
        why: 'a test',
      },
    )
    await send()
    expect(shop.logged.map(({ message }) => message)).toEqual([...told, ...told])
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

describe('heardFrom', () => {
  it('makes the signals of a source unknown once it is quiet, and a denial that reads them certain no more', async () => {
    shop = openShop({ compiled: buildPolicy({ rules: [moneyRule(), closed] }) })
    const browser = openBrowser(shop, passwordLogin(shop))
    const heard = (forMs: number) =>
      shop.guard.heardFrom({
        source: 'https://idp.example',
        signals: ['account-disabled'],
        until: new Date(shop.clock.now() + forMs),
      })
    await heard(60_000)
    expect(await browser.outcome('site.view')).toBe('pass')
    await shop.pass(60_000)
    expect(await browser.outcome('site.view')).toMatch(/^deny undetermined/)
    await heard(60_000)
    expect(await browser.outcome('site.view')).toBe('pass')
    await shop.pass(60_000)
    await shop.guard.heardFrom({ source: 'https://idp.example', signals: [], until: new Date(0) })
    expect(await browser.outcome('site.view')).toBe('pass')
  })

  it.each<{ name: string; input: object }>([
    { name: 'no source', input: { source: '' } },
    { name: 'no list', input: { signals: 'x' } },
    { name: 'a code that is none', input: { signals: [''] } },
    { name: 'too many', input: { signals: Array.from({ length: 101 }, (_, i) => `s${i}`) } },
    { name: 'no end', input: { until: undefined } },
    { name: 'an end that is none', input: { until: new Date('x') } },
  ])('is refused: $name', async ({ input }) => {
    shop = openShop()
    const good = { source: 'a', signals: ['x'], until: new Date(0) }
    await expect(shop.guard.heardFrom({ ...good, ...input })).rejects.toThrow(TypeError)
  })
})

describe('storage', () => {
  it('keeps state under a kind of its own, which an id counts in once', async () => {
    shop = openShop()
    const seen = shop.guard.storage('seen')
    expect(await seen.write('idp', '1', { a: 1 }, 'absent', 1_000)).toBe(true)
    expect(await seen.write('idp', '1', { a: 2 }, 'absent', 1_000)).toBe(false)
    expect(await shop.guard.storage('other').read('idp', '1')).toBeUndefined()
    expect((await seen.read('idp', '1'))?.value).toEqual({ a: 1 })
    const listed: unknown[] = []
    for await (const { value } of seen.list('idp')) listed.push(value)
    expect(listed).toEqual([{ a: 1 }])
    await shop.pass(1_000)
    expect(await seen.write('idp', '1', { a: 3 }, 'absent', 1_000)).toBe(true)
  })

  it.each(['', 'Device', 'a.b', 'a b', 'x'.repeat(33)])('refuses the kind %j', (kind) => {
    shop = openShop()
    expect(() => shop.guard.storage(kind)).toThrow(TypeError)
  })
})

describe('sessionEnded', () => {
  it('ends the evidence of that session and the trust in it, and of no other', async () => {
    shop = openShop()
    const one = openBrowser(shop, passwordLogin(shop))
    const other = openBrowser(shop, { ...passwordLogin(shop), session: 'alice-2' })
    for (const browser of [one, other]) {
      await browser.stepUp({ rememberDevice: true })
      expect(await browser.outcome('transfer.create')).toBe('pass')
    }
    await shop.guard.sessionEnded('alice', 'alice-1', { by: 'idp', why: 'session-revoked' })
    expect(await one.outcome('transfer.create')).toMatch(/^challenge/)
    expect(await other.outcome('transfer.create')).toBe('pass')
  })

  it('is refused without a session or a subject', async () => {
    shop = openShop()
    await expect(shop.guard.sessionEnded('alice', '')).rejects.toThrow(TypeError)
    await expect(shop.guard.sessionEnded('', '1')).rejects.toThrow(TypeError)
    const unsigned = { by: '', why: 'x' }
    await expect(shop.guard.sessionEnded('alice', '1', unsigned)).rejects.toThrow('who does this')
  })
})
