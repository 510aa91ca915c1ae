// The one route by which an instance tells the edge what it has folded: authenticated, signed, long polling, bounded.
import { encode } from 'jose/base64url'
import { nextChange } from '../memory/memory-feed.ts'
import { startBackgroundTimer } from '../ports/background-timer.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import { comparePositions, type Position } from '../ports/position.ts'
import { GUARDED_HEADERS, type Reply } from '../reply/reply.ts'
import type { RequestReader } from '../request/request-reader.ts'
import type { FeedFollower } from '../state/follow-feed.ts'
import type { Freshness } from '../state/freshness.ts'
import type { State } from '../state/state.ts'
import { createFeedContent } from './feed-content.ts'
import { type Asked, createFeedProofs, FEED_HEADER, FEED_SCHEME } from './feed-proofs.ts'
import { readTag, tagOf } from './feed-tag.ts'

export interface FeedRoute {
  answer(reader: RequestReader): Promise<Reply>
  /** Those who wait are answered. */
  close(): void
}

export interface FeedRouteOptions {
  readonly secrets: readonly string[]
  readonly state: State
  readonly freshness: Freshness
  readonly clock: Clock
  readonly logger: Logger
  readonly onFolded: FeedFollower['onFolded']
}

/** Requests under way, most of which wait. Beyond it: 503. */
const MOST_UNDER_WAY = 256
const LONGEST_WAIT_SECONDS = 25

const encoder = new TextEncoder()
const LATER: Reply = bare(503, ['retry-after', '1'])

export function createFeedRoute(options: FeedRouteOptions): FeedRoute {
  const { secrets, state, freshness, clock, logger } = options
  const proofs = createFeedProofs(secrets)
  // who asks meanwhile is told
  proofs.catch(() => {})
  const content = createFeedContent(state)
  const wakers = new Set<() => void>()
  let underWay = 0
  let closed = false
  const end = options.onFolded((folded) => {
    content.note(folded)
    wakeAll()
  })

  function wakeAll(): void {
    for (const wake of wakers) wake()
  }

  /** Resolves once there is more than `from`, or the time is over. */
  async function waitBeyond(from: Position, seconds: number): Promise<void> {
    const over = new AbortController()
    const timer = startBackgroundTimer(() => over.abort(), seconds * 1000)
    while (!closed && !over.signal.aborted && !isBeyond(from))
      await nextChange(wakers, seconds * 1000, over.signal)
    clearTimeout(timer)
  }

  function isBeyond(from: Position): boolean {
    return state.position !== undefined && comparePositions(state.position, from) > 0
  }

  async function answerAdmitted(asked: Asked, reader: RequestReader): Promise<Reply> {
    const begun = clock.monotonic()
    const from = readTag(reader.header('if-none-match'))
    if (from !== undefined) await waitBeyond(from, readWait(reader.header('prefer')))
    // who has seen more than this instance must not go back to it
    if (from !== undefined && isBefore(state.position, from)) return bare(409)
    if (state.position !== from && content.read(from) === undefined) await content.prepare()
    // all in one step: what is found reaches to this position, and was confirmed at this age
    const { position } = state
    const text = position === from ? '' : content.read(from)
    // what is itself out of date confirms nothing
    if (position === undefined || text === undefined || freshness.isStale() || closed) return LATER
    const ageMs = Math.ceil(freshness.ageMs())
    const heldMs = Math.floor(clock.monotonic() - begun)
    const status = position === from ? 304 : 200
    const bytes = encoder.encode(text)
    const digest = encode(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
    const at = clock.now()
    const signed = await (await proofs).sign(asked, {
      ...{ status, position, at, ageMs, heldMs, digest, bytes: bytes.length },
    })
    return {
      status,
      headers: [...GUARDED_HEADERS, ['etag', tagOf(position)], [FEED_HEADER, signed]],
      cookies: [],
      ...(status === 304 ? {} : { body: { type: 'application/x-ndjson', text } }),
    }
  }

  return {
    async answer(reader) {
      const asked = await (await proofs).admit(reader.header('authorization'), clock.now())
      if (asked === undefined) return bare(401, ['www-authenticate', FEED_SCHEME])
      if (reader.method() !== 'GET') return bare(405, ['allow', 'GET'])
      if (underWay >= MOST_UNDER_WAY || closed) return LATER
      underWay += 1
      try {
        return await answerAdmitted(asked, reader)
      } catch (error) {
        logger.error({ err: error }, 'the feed could not be answered over HTTP')
        return LATER
      } finally {
        underWay -= 1
      }
    },
    close() {
      closed = true
      end()
      wakeAll()
    },
  }
}

/** RFC 7240, section 4.3. */
function readWait(prefer: string | undefined): number {
  const seconds = Number(/(?:^|[,;]\s*)wait=(\d{1,4})(?:$|\s*[,;])/i.exec(prefer ?? '')?.[1] ?? 0)
  return Math.min(seconds, LONGEST_WAIT_SECONDS)
}

function isBefore(position: Position | undefined, other: Position): boolean {
  return position === undefined || comparePositions(position, other) < 0
}

function bare(status: number, ...headers: (readonly [string, string])[]): Reply {
  return { status, headers: [...GUARDED_HEADERS, ...headers], cookies: [] }
}
