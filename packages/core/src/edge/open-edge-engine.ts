// The engine of an edge guard: the state that another instance folded, and nothing that could honour an opt-out.
import { createDeviceCookieNames } from '../device/device-cookie-name.ts'
import { createCohorts } from '../engine/cohorts.ts'
import type { Engine } from '../engine/engine.ts'
import { keepPrepared } from '../engine/keep-prepared.ts'
import { createRefusalMemory } from '../engine/refusal-memory.ts'
import { createShadowCounts } from '../engine/shadow-counts.ts'
import { tellTrouble } from '../engine/tell-trouble.ts'
import { httpFeed } from '../http-feed/http-feed.ts'
import { type Clock, systemClock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import { GUARDED_HEADERS } from '../reply/reply.ts'
import { askDetectors } from '../risk/ask-detectors.ts'
import type { Detector } from '../risk/detector.ts'
import { createSealer } from '../seal/create-sealer.ts'
import { createState } from '../state/create-state.ts'
import { followFeed } from '../state/follow-feed.ts'
import { createFreshness } from '../state/freshness.ts'
import { knownDetectors } from './known-detectors.ts'
import { noAuditLog, noRecorder, noStore } from './no-store.ts'

export interface EdgeEngineOptions {
  readonly url: string
  readonly secrets: readonly string[]
  readonly logger: Logger
  readonly detectors: ReadonlyMap<string, Detector>
  readonly maxStalenessMs: number
  readonly clock?: Clock
}

export interface EdgeEngine extends Engine {
  /** Some runtimes stand still between requests: then the feed is waited for, for a moment, before anything is refused for it. */
  wake(): Promise<void>
}

const WAKE_MOST_MS = 1_000
const LONGEST_HEARTBEAT_MS = 25_000

export async function openEdgeEngine(options: EdgeEngineOptions): Promise<EdgeEngine> {
  const { url, secrets, logger, maxStalenessMs, clock = systemClock } = options
  const feed = httpFeed({ url, secrets, clock })
  const state = createState({ now: () => clock.now(), authority: feed })
  const freshness = createFreshness(clock, maxStalenessMs)
  const [device, evidence, ticket, deviceNames] = await Promise.all([
    createSealer(secrets, 'device'),
    createSealer(secrets, 'evidence'),
    createSealer(secrets, 'ticket'),
    createDeviceCookieNames(secrets),
  ])
  const trouble = tellTrouble({ logger, clock }, FEED_WORDS)
  const fresh = new Set<() => void>()
  let failing = false
  const follower = followFeed({
    feed: { ...feed, append: refuse, saveSnapshot: ignore, close: ignore },
    state,
    freshness,
    heartbeatMs: Math.min(LONGEST_HEARTBEAT_MS, Math.max(50, maxStalenessMs / 4)),
    onError(error) {
      failing = true
      trouble.failed(error)
    },
    onWell() {
      failing = false
      trouble.well()
      // what was asked before it stood still may say what was so then
      if (!freshness.isStale()) for (const wake of fresh) wake()
    },
  })
  const prepared = keepPrepared(state, logger, follower.onFolded)
  try {
    await follower.caughtUp()
  } catch (error) {
    await follower.stop()
    throw error
  }
  return {
    ...{ clock, logger, state, freshness, deviceNames },
    authority: undefined,
    store: noStore,
    audit: noAuditLog,
    recorder: noRecorder,
    sealers: { device, evidence, ticket },
    detectors: knownDetectors(options.detectors, () => prepared.current()),
    answers: askDetectors(logger),
    tooLittle: createRefusalMemory(),
    current: prepared.current,
    trying: prepared.trying,
    cohorts: createCohorts(),
    shadow: createShadowCounts(),
    append: refuse,
    waitUntil: follower.waitUntil,
    // the guard behind sees the same request, and has a feed to append to
    emit() {},
    answerFeed: async () => ({ status: 404, headers: GUARDED_HEADERS, cookies: [] }),
    early: true,
    guardedActions: new Set(),
    warnings: () => [],
    serve: ignore,
    async wake() {
      if (failing || !freshness.isStale()) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, WAKE_MOST_MS)
        function done(): void {
          clearTimeout(timer)
          fresh.delete(done)
          resolve()
        }
        fresh.add(done)
      })
    },
    close: () => follower.stop(),
  }
}

const FEED_WORDS = {
  trouble:
    'the feed cannot be followed over HTTP: once that is longer than maxStaleness, no opt-out is waited for, and what is unmet is refused here. Look at the url, the secret, and the clocks of both sides',
  over: 'the feed is followed again',
}

async function refuse(): Promise<never> {
  throw new Error('an edge guard follows the feed, and appends nothing to it')
}

async function ignore(): Promise<void> {}
