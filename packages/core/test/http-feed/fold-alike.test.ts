// Who follows an instance over HTTP comes to the very state of that instance, whatever was in the feed: what was signed, what
// was not, what is broken, what came twice.
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { createEventAuthority } from '../../src/authority/create-event-authority.ts'
import { httpFeed } from '../../src/http-feed/http-feed.ts'
import { systemClock } from '../../src/ports/clock.ts'
import { createState } from '../../src/state/create-state.ts'
import type { FeedEvent } from '../../src/state/feed-event.ts'
import type { State } from '../../src/state/state.ts'
import { activate, event, rollback, START } from '../state/sample-feed.ts'
import { type KeyPair, makeKeys } from '../support/shared-backend.ts'
import { SECRET, type ServedFeed, serveFeed, URL_OF_FEED } from './served-feed.ts'

let served: ServedFeed | undefined
afterEach(async () => {
  await served?.stop()
  served = undefined
})

type Step = (state: State, last: FeedEvent | undefined) => FeedEvent
const by = (event: FeedEvent, who: string): FeedEvent => ({ ...event, by: who })
const signal = (share: number) =>
  event({
    topic: 'signal',
    data: { code: 'seen', about: { subject: 'alice' }, share, until: START + 9_000_000 },
  })

const STEPS: readonly Step[] = [
  () => activate('one'),
  () => activate('two'),
  () => rollback('1:1', true),
  () => event({ topic: 'switch', data: { kind: 'suspend', target: 'rule:a' } }),
  () => event({ topic: 'switch', data: { kind: 'resume', target: 'rule:a' } }),
  () => event({ topic: 'revocation', data: { kind: 'session', subject: 'alice', session: 's' } }),
  () =>
    event({
      topic: 'revocation',
      data: { kind: 'subject', subject: 'alice', what: 'password' } as never,
    }),
  () => by(signal(1), 'countersign'),
  () => by(signal(0.2), 'countersign'),
  () => signal(0.5),
  () => signal(0),
  () => ({ id: 'broken', topic: 'switch', data: null }) as never,
  (_state, last) => last ?? activate('one'),
]

const script = fc.array(
  fc.record({
    step: fc.nat({ max: STEPS.length - 1 }),
    signed: fc.boolean(),
    heard: fc.boolean(),
  }),
  { minLength: 1, maxLength: 25 },
)

describe.each([{ authority: 'machine' }, { authority: 'operator-keys' }])(
  'a state that follows over HTTP, on $authority',
  ({ authority }) => {
    it('is the state that it follows', async () => {
      const keys = await makeKeys()
      let heardDeltas = 0
      await fc.assert(
        fc.asyncProperty(script, async (steps) => {
          served = await serveFeed(authority === 'machine' ? {} : { keys: [keys.listed] })
          const sign = await signerOf(keys)
          const follower = follow()
          await follower.catchUp()
          let last: FeedEvent | undefined
          for (const { step, signed, heard } of steps) {
            const made = STEPS[step]?.(served.state, last) as FeedEvent
            last = signed && made.data !== null ? await sign(made, served.state) : made
            await served.append(last)
            if (heard) heardDeltas += await follower.catchUp()
          }
          heardDeltas += await follower.catchUp()
          expect(await textOf(follower.state)).toBe(await textOf(served.state))
          await served.stop()
        }),
        { numRuns: 40 },
      )
      // and mostly not by snapshots
      expect(heardDeltas).toBeGreaterThan(40)
    })
  },
)

function follow() {
  const feed = httpFeed({ url: URL_OF_FEED, secrets: [SECRET], clock: systemClock })
  const state = createState({ now: () => START, authority: feed })
  return {
    state,
    /** Resolves to how many batches without a snapshot it took. */
    async catchUp(): Promise<number> {
      const stop = new AbortController()
      for await (const batch of feed.follow(state.position, 20, stop.signal)) {
        expect(state.apply(batch)).toMatchObject({ ok: true })
        return batch.snapshot === undefined && batch.events.length > 0 ? 1 : 0
      }
      return 0
    },
  }
}

async function signerOf({ listed, key }: KeyPair) {
  const authority = await createEventAuthority({ keys: [listed], secrets: [SECRET], scope: 'shop' })
  return (event: FeedEvent, state: State): Promise<FeedEvent> =>
    authority.sign({ ...event, replaces: state.replacedBy(event) }, key)
}

async function textOf(state: State): Promise<string> {
  return new TextDecoder().decode(await state.toSnapshot())
}
