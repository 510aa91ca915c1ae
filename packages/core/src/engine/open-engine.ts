// Opens an engine: the backend, the fold, the recorder, the keys, and the policy that is to be in force.
import { createRecorder } from '../audit/create-recorder.ts'
import { watchRecords } from '../audit/watch-records.ts'
import { createDeviceCookieNames } from '../device/device-cookie-name.ts'
import { createFeedRoute, type FeedRoute } from '../http-feed/feed-route.ts'
import type { BackendSource, OpenBackend } from '../ports/backend.ts'
import { systemClock } from '../ports/clock.ts'
import type { Feed } from '../ports/feed.ts'
import type { Logger } from '../ports/logger.ts'
import type { Position } from '../ports/position.ts'
import type { Reply } from '../reply/reply.ts'
import type { RequestReader } from '../request/request-reader.ts'
import { askDetectors } from '../risk/ask-detectors.ts'
import type { Detector } from '../risk/detector.ts'
import { createSealer } from '../seal/create-sealer.ts'
import { createState } from '../state/create-state.ts'
import { BY_ENGINE, type FeedEvent, type ObservedSignal } from '../state/feed-event.ts'
import { followFeed } from '../state/follow-feed.ts'
import { createFreshness } from '../state/freshness.ts'
import { createCohorts } from './cohorts.ts'
import type { Engine } from './engine.ts'
import { keepPrepared } from './keep-prepared.ts'
import { keepRefusals, REFUSED_TEXT } from './keep-refusals.ts'
import { type OperatorKeysOption, openAuthority } from './open-authority.ts'
import { createRefusalMemory } from './refusal-memory.ts'
import { createShadowCounts } from './shadow-counts.ts'
import { tellTrouble } from './tell-trouble.ts'

export interface EngineOptions {
  readonly backend: BackendSource
  readonly secrets: readonly string[]
  readonly logger: Logger
  readonly detectors: ReadonlyMap<string, Detector>
  readonly maxStalenessMs: number
  readonly operatorKeys: OperatorKeysOption
}

/** Somebody else was first: the topic's last event is another than the caller knew. */
export class AppendConflict extends Error {
  override readonly name = 'AppendConflict'
  readonly code = 'append_conflict'
  /** The topic's last event. */
  readonly last: Position | 'none'

  constructor(topic: string, last: Position | 'none') {
    super(`another change of the ${topic} came first, at ${last}: look at it, then try again`)
    this.last = last
  }
}

/** It was appended, and no instance folds it: what loosens has to be signed by a key that is listed. */
export class ChangeRefused extends Error {
  override readonly name = 'ChangeRefused'
  readonly code = 'change_refused'
}

export async function openEngine(options: EngineOptions): Promise<Engine> {
  const backend = await options.backend.open({ secrets: options.secrets })
  try {
    return await startEngine(options, backend)
  } catch (error) {
    // or its lock would stand against the next attempt
    await backend.close()
    throw error
  }
}

async function startEngine(options: EngineOptions, backend: OpenBackend): Promise<Engine> {
  const { logger } = options
  const clock = backend.clock ?? systemClock
  const authority = await openAuthority(backend, options.operatorKeys, logger)
  const state = createState({ now: () => clock.now(), authority })
  const freshness = createFreshness(clock, options.maxStalenessMs)
  const [device, evidence, ticket, deviceNames] = await Promise.all([
    createSealer(backend.secrets, 'device'),
    createSealer(backend.secrets, 'evidence'),
    createSealer(backend.secrets, 'ticket'),
    createDeviceCookieNames(backend.secrets),
  ])
  const audit = tellTrouble({ logger, clock }, AUDIT_WORDS)
  const feed = tellTrouble({ logger, clock }, FEED_WORDS)
  const recorder = watchRecords(
    createRecorder({
      audit: backend.audit,
      chain: backend.audit.chain ?? 'main',
      clock,
      sha256: backend.sha256,
      onError: audit.failed,
      onWell: audit.well,
    }),
    (error) => logger.error({ err: error }, 'what watches the records failed'),
  )
  const follower = followFeed({
    feed: backend.feed,
    state,
    freshness,
    authority,
    heartbeatMs: Math.max(50, Math.min(1_000, options.maxStalenessMs / 4)),
    onError: feed.failed,
    onWell: feed.well,
  })
  const refusals = keepRefusals({ logger, recorder, clock })
  follower.onFolded(({ refused }) => refusals.add(refused))
  const prepared = keepPrepared(state, logger, follower.onFolded)

  async function append(event: FeedEvent, expect?: Position | 'none'): Promise<Position> {
    const position = await appendTo(backend.feed, event, expect)
    await follower.waitUntil(position)
    const refused = refusals.why(position)
    if (refused === undefined) return position
    throw new ChangeRefused(`the change at ${position} has no effect: ${REFUSED_TEXT[refused]}`)
  }

  let feedRoute: FeedRoute | undefined
  function answerFeed(reader: RequestReader): Promise<Reply> {
    const { onFolded } = follower
    feedRoute ??= createFeedRoute({
      ...{ secrets: backend.secrets, state, freshness, clock, logger, onFolded },
    })
    return feedRoute.answer(reader)
  }

  function emit(signal: ObservedSignal, why: string): void {
    // taking a signal back is for those who may (law 12)
    if (signal.share <= 0) return
    const id = crypto.randomUUID()
    append({ topic: 'signal', id, at: clock.now(), by: BY_ENGINE, why, data: signal }).catch(
      (error: unknown) =>
        logger.error({ err: error, signal: signal.code }, 'a signal could not be sent'),
    )
  }

  try {
    await follower.caughtUp()
  } catch (error) {
    await follower.stop()
    throw error
  }
  return {
    clock,
    logger,
    state,
    freshness,
    authority,
    store: backend.store,
    audit: backend.audit,
    recorder,
    sealers: { device, evidence, ticket },
    deviceNames,
    detectors: options.detectors,
    answers: askDetectors(logger),
    tooLittle: createRefusalMemory(),
    current: prepared.current,
    trying: prepared.trying,
    cohorts: createCohorts(),
    shadow: createShadowCounts(),
    append,
    waitUntil: follower.waitUntil,
    emit,
    guardedActions: new Set(),
    warnings: () => [...(backend.warnings?.() ?? []), ...refusals.warnings()],
    answerFeed,
    early: false,
    serve: async (handlers) => backend.serve?.(handlers),
    async close() {
      feedRoute?.close()
      await follower.stop()
      await recorder.close()
      await backend.close()
    },
  }
}

const AUDIT_WORDS = {
  trouble:
    'the audit log cannot be written: no opt-out is honoured until it can. Look at health().warnings, mend what is told there, and start the app anew if the files of the log were touched',
  over: 'the audit log is written again',
}
const FEED_WORDS = {
  trouble:
    'the feed cannot be followed: once that is longer than maxStaleness, no opt-out is honoured. Look at health().warnings, mend what is told there, and start the app anew if the files of the feed were touched',
  over: 'the feed is followed again',
}

async function appendTo(
  feed: Feed,
  event: FeedEvent,
  expect: Position | 'none' | undefined,
): Promise<Position> {
  const result = await feed.append(event, expect)
  if (result.ok) return result.position
  throw new AppendConflict(event.topic, result.last)
}
