import { describe, expect, it } from 'vitest'
import type { Position } from '../../src/ports/position.ts'
import { createState } from '../../src/state/create-state.ts'
import type { CredentialChange, FeedEvent, ObservedSignal } from '../../src/state/feed-event.ts'
import type { State } from '../../src/state/state.ts'
import { activate, batch, event, rollback, START, samplePolicy } from './sample-feed.ts'

const DAY = 86_400_000

function folded(...events: FeedEvent[]): State {
  const state = createState({ now: () => START })
  expect(state.apply(batch('1:0', ...events))).toMatchObject({ ok: true })
  return state
}

function signal(data: ObservedSignal): FeedEvent {
  return event({ topic: 'signal', data })
}

function credential(subject: string, what: CredentialChange = 'password-changed'): FeedEvent {
  return event({ topic: 'revocation', data: { kind: 'subject', subject, what } })
}

describe('order', () => {
  it('knows nothing before the first batch: every activation counts as recalled', async () => {
    const state = createState({ now: () => START })
    expect(state.position).toBeUndefined()
    expect(state.active()).toBeUndefined()
    expect(state.isRecalled('1:1')).toBe(true)
    await expect(state.toSnapshot()).rejects.toThrow('nothing was folded yet')
  })

  it('folds in order and says what was new', () => {
    const state = createState({ now: () => START })
    const one = activate('one')
    expect(state.apply(batch('1:0', one))).toEqual({
      ok: true,
      replaced: false,
      refused: [],
      folded: [{ position: '1:1', event: one, as: { mayLoosen: true } }],
    })
    expect(state.position).toBe('1:1')
    expect(state.apply(batch('1:1'))).toEqual({
      ok: true,
      replaced: false,
      folded: [],
      refused: [],
    })
  })

  it('folds an event that was appended twice once', () => {
    const one = activate('one')
    const state = folded(one, one)
    expect(state.activations()).toHaveLength(1)
    expect(state.position).toBe('1:2')
  })

  it.each([
    { name: 'a missing event', next: batch('1:3', activate('x')), problem: 'out_of_sequence' },
    { name: 'an event that comes again', next: batch('1:1', activate('x')), problem: 'went_back' },
    { name: 'a heartbeat from before', next: batch('1:1'), problem: 'went_back' },
    { name: 'a heartbeat from after', next: batch('1:9'), problem: 'out_of_sequence' },
    { name: 'another generation', next: batch('2:0', activate('x')), problem: 'new_generation' },
    { name: 'an earlier generation', next: batch('0:2', activate('x')), problem: 'went_back' },
    {
      name: 'an unknown topic',
      next: batch('1:2', { ...activate('x'), topic: 'moon' } as never),
      problem: 'unknown_event',
    },
    {
      name: 'an unknown revocation',
      next: batch('1:2', event({ topic: 'revocation', data: { kind: 'planet' } as never })),
      problem: 'unknown_event',
    },
  ])('refuses $name, and everything after it', ({ next, problem }) => {
    const state = folded(activate('a'), activate('b'))
    expect(state.apply(next)).toMatchObject({ ok: false, problem })
    expect(state.active()?.policy.name).toBe('b')
    expect(state.position).toBe('1:2')
    expect(state.apply(batch('1:2', activate('c')))).toMatchObject({ ok: false })
  })

  it('is mended by a snapshot that reaches as far, and by no other', async () => {
    const early = await folded(activate('a')).toSnapshot()
    const state = folded(activate('a'), activate('b'))
    state.apply(batch('1:7', activate('x')))
    expect(state.apply({ ...batch('1:1'), snapshot: early })).toMatchObject({
      ok: false,
      problem: 'went_back',
    })
    const mended = state.apply({ ...batch('1:1', activate('b'), activate('c')), snapshot: early })
    expect(mended).toMatchObject({ ok: true, replaced: true })
    expect(state.active()?.policy.name).toBe('c')
  })

  it.each([
    { name: 'no JSON', bytes: new Uint8Array([1, 2, 3]) },
    { name: 'another version', bytes: new TextEncoder().encode('{"countersignState":9}') },
    { name: 'null', bytes: new TextEncoder().encode('null') },
  ])('refuses a snapshot that is $name and stays as it was', ({ bytes }) => {
    const state = folded(activate('a'))
    expect(state.apply({ ...batch('1:1'), snapshot: bytes })).toMatchObject({
      ok: false,
      problem: 'bad_snapshot',
    })
    expect(state.active()?.policy.name).toBe('a')
  })
})

describe('snapshots', () => {
  it('hold the whole state', async () => {
    const state = folded(
      activate('a'),
      activate('b'),
      rollback('1:1', true),
      event({ topic: 'switch', data: { kind: 'suspend', target: 'opt-out:x' } }),
      credential('s1'),
      event({ topic: 'revocation', data: { kind: 'session', subject: 's1', session: 'n1' } }),
      event({ topic: 'revocation', data: { kind: 'device', subject: 's1', device: 'd1' } }),
      signal({ code: 'c', about: { subject: 's1' }, share: 0.5, until: START + 1000 }),
    )
    const other = createState({ now: () => START })
    other.apply({ ...batch('1:8'), snapshot: await state.toSnapshot() })
    expect(other.position).toBe('1:8')
    expect(other.active()).toEqual(state.active())
    expect(other.activations()).toEqual(state.activations())
    expect(other.isRecalled('1:2')).toBe(true)
    expect(other.isRecalled('1:1')).toBe(false)
    expect(other.isSuspended('opt-out:x', START)).toBe(true)
    expect(other.subjectEpoch('s1')).toBe('1:5')
    expect(other.isSessionRevoked('s1', 'n1')).toBe(true)
    expect(other.isDeviceRevoked('s1', 'd1')).toBe(true)
    expect(other.signal('c', { subject: 's1' }, START)?.share).toBe(0.5)
    expect(await other.toSnapshot()).toEqual(await state.toSnapshot())
  })

  it('of an earlier generation begin the present one, and what that had not reached is lost', async () => {
    const before = folded(activate('a'), credential('s1'))
    const state = createState({ now: () => START })
    const next = { ...batch('2:0', credential('s2')), snapshot: await before.toSnapshot() }
    expect(state.apply(next)).toMatchObject({ ok: true, replaced: true })
    expect(state.position).toBe('2:1')
    expect(state.isRecalled('1:1')).toBe(false)
    expect(state.isRecalled('1:3')).toBe(true)
    expect(state.endedBySubject('s3', '1:2')).toBe(false)
    expect(state.endedBySubject('s3', '1:3')).toBe(true)
    expect(state.endedBySubject('s2', '1:2')).toBe(true)
    expect(state.endedBySubject('s2', '2:1')).toBe(false)
  })

  it('of an earlier generation are refused by who has seen more: what was taken back since is not forgotten', async () => {
    const before = folded(activate('a'))
    const revoke = event({
      topic: 'revocation',
      data: { kind: 'device', subject: 's1', device: 'd1' },
    })
    const state = folded(activate('a'), revoke)
    const next = { ...batch('2:0', credential('s2')), snapshot: await before.toLastSnapshot() }
    expect(state.apply(next)).toMatchObject({ ok: false, problem: 'went_back' })
    expect(state.isDeviceRevoked('s1', 'd1')).toBe(true)
    expect(state.position).toBe('1:2')
    // one that holds as much is what a new generation begins with
    const whole = { ...batch('2:0', credential('s2')), snapshot: await state.toLastSnapshot() }
    expect(state.apply(whole)).toMatchObject({ ok: true, replaced: true })
    expect(state.isDeviceRevoked('s1', 'd1')).toBe(true)
  })

  it('tell when the generation began, from the second on, on every instance and after a restart', async () => {
    let now = START
    const first = createState({ now: () => now })
    first.apply(batch('1:0', activate('a')))
    expect(first.begunAt).toBeUndefined()
    now += 5000
    const next = { ...batch('2:0', credential('s2')), snapshot: await first.toLastSnapshot() }
    now += 5000
    for (const state of [first, createState({ now: () => now })]) {
      expect(state.apply(next)).toMatchObject({ ok: true })
      expect(state.begunAt).toBe(START + 5000)
      const later = createState({ now: () => now })
      later.apply({ ...batch('2:1'), snapshot: await state.toSnapshot() })
      expect(later.begunAt).toBe(START + 5000)
    }
  })

  it('that do not tell when it began have it begin when it was heard of', async () => {
    const state = createState({ now: () => START })
    state.apply({ ...batch('2:0'), snapshot: await folded(activate('a')).toSnapshot() })
    expect(state.begunAt).toBe(START)
    const empty = createState({ now: () => START })
    empty.apply({ ...batch('3:0'), snapshot: new Uint8Array() })
    expect(empty.begunAt).toBe(START)
  })

  it('without bytes begin with nothing: all grants of earlier generations have ended', () => {
    const state = folded(activate('a'))
    expect(state.apply({ ...batch('2:0'), snapshot: new Uint8Array() })).toMatchObject({ ok: true })
    expect(state.active()).toBeUndefined()
    expect(state.isRecalled('1:1')).toBe(true)
    expect(state.endedBySubject('s1', '1:1')).toBe(true)
  })
})

describe('policies', () => {
  it('the last activation is in force, with who, when and why', () => {
    const state = folded(activate('a'), activate('b'))
    expect(state.active()).toEqual({
      position: '1:2',
      policy: samplePolicy('b'),
      kind: 'activate',
      at: START,
      by: 'ann',
      why: 'a test',
    })
    expect(state.active()).toBe(state.active())
  })

  it('a rollback puts an earlier policy in force, at a position of its own', () => {
    const state = folded(activate('a'), activate('b'), rollback('1:1'))
    expect(state.active()).toMatchObject({ position: '1:3', kind: 'rollback', to: '1:1' })
    expect(state.active()?.policy.name).toBe('a')
    expect(state.isRecalled('1:2')).toBe(false)
  })

  it('with recall it ends the grants of all that came after the target', () => {
    const state = folded(activate('a'), activate('b'), activate('c'), rollback('1:1', true))
    expect([1, 2, 3, 4].map((n) => state.isRecalled(`1:${n}`))).toEqual([false, true, true, false])
  })

  it('a rollback to what is not held changes nothing', () => {
    const state = folded(activate('a'), rollback('1:9'))
    expect(state.active()?.position).toBe('1:1')
  })

  it('a second rollback without target goes further back', () => {
    const state = folded(activate('a'), activate('b'), activate('c'))
    const undone: (string | undefined)[] = []
    for (let before = state.activationBefore(); before; before = state.activationBefore()) {
      undone.push(before.policy.name)
      state.apply(batch(state.position as Position, rollback(before.position)))
    }
    expect(undone).toEqual(['b', 'a'])
  })

  it('keeps the last 200', () => {
    const state = folded(...Array.from({ length: 250 }, (_, index) => activate(`p${index}`)))
    expect(state.activations()).toHaveLength(200)
    expect(state.active()?.policy.name).toBe('p249')
    expect(state.isRecalled('1:1')).toBe(false)
  })

  it('an activation can be recalled by itself', () => {
    const state = folded(
      activate('a'),
      event({ topic: 'revocation', data: { kind: 'activation', activation: '1:1' } }),
    )
    expect(state.isRecalled('1:1')).toBe(true)
    expect(state.active()?.policy.name).toBe('a')
  })

  it('a position that is none counts as recalled', () => {
    expect(folded(activate('a')).isRecalled('moon' as Position)).toBe(true)
  })
})

describe('switches', () => {
  const suspend = (target: never, until?: number) =>
    event({ topic: 'switch', data: { kind: 'suspend', target, ...(until ? { until } : {}) } })
  const resume = (target: never) => event({ topic: 'switch', data: { kind: 'resume', target } })

  it.each([
    { name: 'opt-outs holds for all', events: [suspend('opt-outs' as never)], expected: true },
    { name: 'its own target', events: [suspend('rule:r' as never)], expected: true },
    { name: 'another target', events: [suspend('rule:s' as never)], expected: false },
    {
      name: 'lifted',
      events: [suspend('rule:r' as never), resume('rule:r' as never)],
      expected: false,
    },
    { name: 'before its end', events: [suspend('rule:r' as never, START + 1)], expected: true },
    { name: 'at its end', events: [suspend('rule:r' as never, START)], expected: false },
    {
      name: 'a second one does not end it earlier',
      events: [suspend('rule:r' as never), suspend('rule:r' as never, START - 1)],
      expected: true,
    },
    {
      name: 'the later of two ends counts',
      events: [suspend('rule:r' as never, START + 9), suspend('rule:r' as never, START - 1)],
      expected: true,
    },
    {
      name: 'an end that is no number never comes',
      events: [suspend('rule:r' as never, Number.NaN)],
      expected: true,
    },
  ])('$name: $expected', ({ events, expected }) => {
    const state = folded(...events)
    expect(state.isSuspended('rule:r', START)).toBe(expected)
    expect(state.suspensions(START).some(({ target }) => target !== 'rule:s')).toBe(expected)
  })
})

describe('revocations', () => {
  it('a credential event ends what was given before it, not what is given after', () => {
    const state = folded(activate('a'), credential('s1', 'factor-added'))
    expect(state.endedBySubject('s1', '1:1')).toBe(true)
    expect(state.endedBySubject('s1', '1:2')).toBe(false)
    expect(state.endedBySubject('s2', '1:1')).toBe(false)
    expect(state.endedBySubject('s1', 'moon' as Position)).toBe(true)
    expect(state.endedBySubject('s2', 'moon' as Position)).toBe(true)
    expect(state.credentialChangedAt('s1')).toBe(START)
  })

  it('a session or device is revoked for its subject only', () => {
    const revoke = (subject: string) =>
      event({ topic: 'revocation', data: { kind: 'session', subject, session: '1' } })
    const state = folded(revoke('s1'), revoke('s2'), revoke('s1'))
    expect(state.isSessionRevoked('s1', '1')).toBe(true)
    expect(state.isSessionRevoked('s2', '1')).toBe(true)
    expect(state.isSessionRevoked('s3', '1')).toBe(false)
    expect(state.isDeviceRevoked('s1', '1')).toBe(false)
  })

  it('of all devices of a subject end those that were trusted before, and go with a snapshot', async () => {
    const all = event({ topic: 'revocation', data: { kind: 'devices', subject: 's1' } })
    const state = folded(activate('a'), all)
    const restored = createState({ now: () => START })
    restored.apply({ ...batch('1:2'), snapshot: await state.toSnapshot() })
    for (const one of [state, restored]) {
      expect(one.areDevicesRevoked('s1', '1:1', START)).toBe(true)
      expect(one.areDevicesRevoked('s1', 'moon' as Position, START)).toBe(true)
      expect(one.areDevicesRevoked('s1', '1:2', START)).toBe(false)
      expect(one.areDevicesRevoked('s2', '1:1', START)).toBe(false)
      // evidence is no device
      expect(one.endedBySubject('s1', '1:1')).toBe(false)
    }
  })

  it('of everybody’s devices before a moment hold for the latest such moment', async () => {
    const before = (moment: number) =>
      event({ topic: 'revocation', data: { kind: 'devices-before', before: moment } })
    const state = folded(activate('a'), before(START - 10), before(START - 20))
    const restored = createState({ now: () => START })
    restored.apply({ ...batch('1:3'), snapshot: await state.toSnapshot() })
    for (const one of [state, restored]) {
      expect(one.areDevicesRevoked('s1', '1:1', START - 11)).toBe(true)
      expect(one.areDevicesRevoked('s1', '1:3', START - 11)).toBe(true)
      expect(one.areDevicesRevoked('s1', '1:1', START - 10)).toBe(false)
      expect(one.areDevicesRevoked('s1', '1:1', Number.NaN)).toBe(true)
    }
  })

  it('are kept for 400 days from the fold on, whatever the writer took for the time', () => {
    let now = START
    const state = createState({ now: () => now })
    const old = { ...credential('s1'), at: 0 }
    state.apply(batch('1:0', old))
    now = START + 399 * DAY
    state.apply(batch('1:1'))
    expect(state.subjectEpoch('s1')).toBe('1:1')
    now = START + 401 * DAY
    state.apply(batch('1:1'))
    expect(state.subjectEpoch('s1')).toBeUndefined()
  })
})

describe('signals', () => {
  const about = { subject: 's', session: 'n', device: 'd', address: '10.0.0.1' }

  it('the strongest about any of them counts', () => {
    const state = folded(
      signal({ code: 'c', about: { subject: 's' }, share: 0.2, until: START + 5 }),
      signal({ code: 'c', about: { session: 'n', subject: 's' }, share: 0.9, until: START + 5 }),
      signal({ code: 'c', about: { device: 'd', subject: 's' }, share: 0.5, until: START + 5 }),
      signal({ code: 'c', about: { address: '10.0.0.1' }, share: 0.6, until: START + 50 }),
    )
    expect(state.signal('c', about, START)?.share).toBe(0.9)
    expect(state.signal('c', about, START + 5)?.share).toBe(0.6)
    expect(state.signal('c', about, START + 50)).toBeUndefined()
    expect(state.signal('d', about, START)).toBeUndefined()
    expect(state.signal('c', { subject: 's' }, START)?.share).toBe(0.2)
    expect(state.signal('c', {}, START)).toBeUndefined()
  })

  it("somebody else's session of the same name does not count", () => {
    const state = folded(
      signal({ code: 'c', about: { session: 'n', subject: 'x' }, share: 1, until: START + 5 }),
    )
    expect(state.signal('c', about, START)).toBeUndefined()
    expect(state.signal('c', { session: 'n' }, START)?.share).toBe(1)
  })

  it.each([
    { name: 'a later one replaces', share: 0.3, until: START + 5, expected: 0.3 },
    { name: '0 takes it back', share: 0, until: START + 5, expected: undefined },
    { name: 'more than 1 is 1', share: 7, until: START + 5, expected: 1 },
    { name: 'no number is 1', share: Number.NaN, until: START + 5, expected: 1 },
    { name: 'no end is no early end', share: 0.4, until: Number.NaN, expected: 0.4 },
  ])('$name', ({ share, until, expected }) => {
    const state = folded(
      signal({ code: 'c', about: { subject: 's' }, share: 0.8, until: START + 5 }),
      signal({ code: 'c', about: { subject: 's' }, share, until }),
    )
    expect(state.signal('c', about, START)?.share).toBe(expected)
  })

  it('are dropped when they are long over', async () => {
    let now = START
    const state = createState({ now: () => now })
    state.apply(
      batch('1:0', signal({ code: 'c', about: { subject: 's' }, share: 1, until: START + 5 })),
    )
    const sizeBefore = (await state.toSnapshot()).length
    now = START + 2 * DAY
    for (let n = 0; n < 3; n++) state.apply(batch('1:1'))
    expect((await state.toSnapshot()).length).toBeLessThan(sizeBefore)
  })
})
