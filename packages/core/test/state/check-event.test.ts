// Events that are broken are passed over and told; such as only a later release knows stop the fold.
import { describe, expect, it } from 'vitest'
import { createFetchGuard } from '../../src/fetch/create-fetch-guard.ts'
import { memoryBackend } from '../../src/memory/memory-backend.ts'
import type { OpenBackend } from '../../src/ports/backend.ts'
import { checkEvent } from '../../src/state/check-event.ts'
import { createState } from '../../src/state/create-state.ts'
import type { FeedEvent } from '../../src/state/feed-event.ts'
import { buildPolicy } from '../support/build-policy.ts'
import { activate, batch, START } from './sample-feed.ts'

const of = (topic: string, data: unknown): FeedEvent =>
  ({ id: `e-${JSON.stringify(data)}`, at: START, by: 'ann', why: 'a test', topic, data }) as never

const BROKEN: readonly (readonly [name: string, event: unknown])[] = [
  ['no event', null],
  ['a text', 'signal'],
  ['a signal without data', of('signal', null)],
  ['a signal that is a list', of('signal', [])],
  ['a signal without a code', of('signal', { about: { subject: 'a' }, share: 1, until: 1 })],
  ['a signal about nothing', of('signal', { code: 'x', about: null })],
  ['a signal about a number', of('signal', { code: 'x', about: { subject: 1 } })],
  ['a source without a name', of('source', { signals: [], until: 1 })],
  ['a source of numbers', of('source', { source: 's', signals: [1], until: 1 })],
  ['a revocation of nobody', of('revocation', { kind: 'subject' })],
  ['a revocation of a session of nobody', of('revocation', { kind: 'session', session: 's' })],
  ['a recall of nothing', of('revocation', { kind: 'activation' })],
  ['an activation of nothing', of('policy', { kind: 'activate', policy: null })],
  ['a rollback to nothing', of('policy', { kind: 'rollback' })],
  ['a rollout of nothing', of('policy', { kind: 'rollout', plan: { kind: 'shadow' } })],
  ['a rollout to nobody', of('policy', { kind: 'rollout', policy: {}, plan: null })],
  ['a rollout without steps', of('policy', { kind: 'widen', rollout: '1:1', steps: [null] })],
  ['a promotion of nothing', of('policy', { kind: 'promote' })],
  ['a switch without a target', of('switch', { kind: 'suspend' })],
  ['an event without an id', { ...of('switch', { kind: 'resume', target: 'x' }), id: 1 }],
]

const LATER: readonly (readonly [name: string, event: unknown])[] = [
  ['a topic', of('tenant', {})],
  ['a topic that objects have', of('constructor', {})],
  ['a kind', of('revocation', { kind: 'tenant', tenant: 't' })],
  ['a kind that objects have', of('policy', { kind: 'toString' })],
  ['somebody else whom a signal is about', of('signal', { code: 'x', about: { tenant: 't' } })],
]

describe('checkEvent', () => {
  it.each(BROKEN)('%s is malformed', (_name, one) => {
    expect(checkEvent(one as FeedEvent)).toBe('malformed')
  })

  it.each(LATER)('%s of a later release is unknown', (_name, one) => {
    expect(checkEvent(one as FeedEvent)).toBe('unknown')
  })
})

describe('the fold', () => {
  it.each(BROKEN)('passes over %s, and goes on', async (_name, one) => {
    const state = createState({ now: () => START })
    const applied = state.apply(batch('1:0', activate('a'), one as FeedEvent, activate('b')))
    expect(applied).toMatchObject({
      ok: true,
      refused: [{ position: '1:2', why: 'malformed' }],
      folded: [{ position: '1:1' }, { position: '1:3' }],
    })
    expect([state.position, state.active()?.policy.name]).toEqual(['1:3', 'b'])
    expect(
      createState({ now: () => START }).apply({
        ...batch('1:3'),
        snapshot: await state.toSnapshot(),
      }),
    ).toMatchObject({ ok: true })
  })

  it.each(LATER)('stops at %s', async (_name, one) => {
    const state = createState({ now: () => START })
    expect(state.apply(batch('1:0', one as FeedEvent))).toMatchObject({ problem: 'unknown_event' })
  })
})

it('a guard decides on behind broken events, and its health says that there were some', async () => {
  const secret = 'a secret of at least 32 characters, for these tests'
  const backend: OpenBackend = await memoryBackend().open({ secrets: [secret] })
  const errors: object[] = []
  const guard = createFetchGuard({
    identity: () => ({ subject: 'alice', amr: ['pwd'], authTime: Date.now() / 1000 }),
    policy: buildPolicy(),
    backend: { key: 'broken events', open: async () => backend },
    secret,
    logger: { info() {}, warn() {}, error: (details) => errors.push(details) },
  })
  await guard.ready()
  // null is what no backend can append
  for (const [, one] of BROKEN.slice(1)) await backend.feed.append(one as FeedEvent)
  await guard.signal({ code: 'account-disabled', about: { subject: 'bob' } })
  expect(guard.health()).toMatchObject({ ok: true, stale: false })
  expect(guard.health().warnings.join()).toMatch(
    /^19 changes of the feed had no effect, .* it is broken: .* Look who may write to the backend/,
  )
  expect(errors.length).toBeGreaterThan(0)
  expect(errors[0]).toMatchObject({ position: expect.any(String), why: 'malformed' })
  const view = guard.route('site.view', () => new Response('seen'))
  expect((await view(new Request('https://shop.example/'))).status).toBe(200)
  await guard.close()
})
