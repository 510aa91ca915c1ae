// An instance that answers the route of its feed, and a request for it as the route reads one: all but the wire.
import { createEventAuthority } from '../../src/authority/create-event-authority.ts'
import type { OperatorKey } from '../../src/authority/operator-key.ts'
import { readFetchRequest } from '../../src/fetch/read-fetch-request.ts'
import { toResponse } from '../../src/fetch/write-response.ts'
import { createFeedProofs } from '../../src/http-feed/feed-proofs.ts'
import { createFeedRoute, type FeedRoute } from '../../src/http-feed/feed-route.ts'
import { memoryFeed } from '../../src/memory/memory-feed.ts'
import { type Clock, systemClock } from '../../src/ports/clock.ts'
import type { Feed } from '../../src/ports/feed.ts'
import { createState } from '../../src/state/create-state.ts'
import type { FeedEvent } from '../../src/state/feed-event.ts'
import { followFeed } from '../../src/state/follow-feed.ts'
import { createFreshness, type Freshness } from '../../src/state/freshness.ts'
import type { State } from '../../src/state/state.ts'
import { START } from '../state/sample-feed.ts'

export const SECRET = 'a secret of the tests, 32 letters long'
export const URL_OF_FEED = 'https://shop.example/countersign/feed'

export interface ServedFeed {
  readonly feed: Feed
  readonly state: State
  readonly route: FeedRoute
  readonly freshness: Freshness
  /** Resolves once it is folded. */
  append(...events: FeedEvent[]): Promise<void>
  ask(headers?: Readonly<Record<string, string>>, method?: string): Promise<Response>
  /** Also ends the `fetch` that leads here. */
  stop(): Promise<void>
}

export async function serveFeed({
  keys,
  clock = systemClock,
}: {
  readonly keys?: readonly OperatorKey[]
  readonly clock?: Clock
} = {}): Promise<ServedFeed> {
  const feed = memoryFeed({ clock })
  const authority = keys && (await createEventAuthority({ keys, secrets: [SECRET], scope: 'shop' }))
  const state = createState({ now: () => START, authority })
  const freshness = createFreshness(clock, 10_000)
  const follower = followFeed({
    ...{ feed, state, freshness, authority, heartbeatMs: 20 },
    onError: () => undefined,
  })
  await follower.caughtUp()
  const route = createFeedRoute({
    ...{ secrets: [SECRET], state, freshness, clock, onFolded: follower.onFolded },
    logger: { info() {}, warn() {}, error() {} },
  })
  const proofs = await createFeedProofs([SECRET])

  async function answer(url: string, init: RequestInit): Promise<Response> {
    return toResponse(await route.answer(readFetchRequest(new Request(url, init))))
  }
  const { fetch } = globalThis
  // not vi.stubGlobal: in the edge sandbox it cannot be defined anew
  globalThis.fetch = answer as typeof fetch

  return {
    feed,
    state,
    route,
    freshness,
    async append(...events) {
      for (const event of events) {
        const appended = await feed.append(event)
        if (appended.ok) await follower.waitUntil(appended.position)
      }
    },
    async ask(headers = {}, method = 'GET') {
      const { authorization } = await proofs.ask(clock.now())
      return answer(URL_OF_FEED, { method, headers: { authorization, ...headers } })
    },
    async stop() {
      globalThis.fetch = fetch
      route.close()
      await follower.stop()
    },
  }
}
