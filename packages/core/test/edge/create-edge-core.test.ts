// A guard that has nothing but the feed: its options, and a runtime that stood still between two requests.

import { afterEach, describe, expect, it } from 'vitest'
import { fakeClock } from '../../../testing/src/fake-clock.ts'
import { createEdgeCore, type EdgeCoreOptions } from '../../src/edge/create-edge-core.ts'
import { knownDetectors } from '../../src/edge/known-detectors.ts'
import { type EdgeEngine, openEdgeEngine } from '../../src/edge/open-edge-engine.ts'
import { builtInDetectors } from '../../src/risk/built-in-detectors.ts'
import { SECRET, type ServedFeed, serveFeed, URL_OF_FEED } from '../http-feed/served-feed.ts'
import { activate } from '../state/sample-feed.ts'

const QUIET = { info() {}, warn() {}, error() {} }
const OPTIONS: EdgeCoreOptions<Request> = { identity: () => undefined, secret: SECRET }

let served: ServedFeed | undefined
let engine: EdgeEngine | undefined
afterEach(async () => {
  await engine?.close()
  await served?.stop()
})

describe('createEdgeCore', () => {
  it.each([
    { name: 'no secret', options: { secret: undefined }, url: URL_OF_FEED, code: 'secret_missing' },
    { name: 'a policy', options: { policy: {} }, url: URL_OF_FEED, code: 'option_unknown' },
    {
      name: 'a backend',
      options: { backend: { open() {} } },
      url: URL_OF_FEED,
      code: 'option_unknown',
    },
    ...[
      '',
      '/countersign/feed',
      'http://shop.example/countersign/feed',
      'http://localhost.example/feed',
      'ftp://localhost/feed',
      'https://user:password@shop.example/feed',
      'https://shop.example/feed?after=1',
    ].map((url) => ({ name: `the url '${url}'`, options: {}, url, code: 'feed_url_malformed' })),
  ])('refuses $name', ({ options, url, code }) => {
    expect(() => createEdgeCore({ ...OPTIONS, ...options } as never, url)).toThrow(
      expect.objectContaining({ code }),
    )
  })

  it.each(['http://localhost:3000/feed', 'http://127.0.0.1/feed', 'http://[::1]:3000/feed'])(
    'takes %s: it is on this machine',
    async (url) => {
      await createEdgeCore(OPTIONS, url).close()
    },
  )
})

it('after it stood still, an edge waits for one word of its feed before it is strict', async () => {
  const clock = fakeClock()
  served = await serveFeed({ clock })
  await served.append(activate('one'))
  engine = await openEdgeEngine({
    ...{ url: URL_OF_FEED, secrets: [SECRET], logger: QUIET, detectors: new Map() },
    ...{ maxStalenessMs: 1_000, clock },
  })
  expect(engine.freshness.isStale()).toBe(false)
  clock.advance(9_000)
  expect(engine.freshness.isStale()).toBe(true)
  await engine.wake()
  expect(engine.freshness.isStale()).toBe(false)
})

it('of what it cannot judge itself it knows nothing', () => {
  const known = knownDetectors(builtInDetectors(), () => undefined)
  const judged = (code: string) => known.get(code)?.judge({ device: 'trusted' } as never)
  expect(judged('new-device')).toEqual({ is: 'absent' })
  expect(judged('velocity')).toEqual({ is: 'unknown' })
  expect(judged('a-detector-of-the-app')).toEqual({ is: 'unknown' })
})
