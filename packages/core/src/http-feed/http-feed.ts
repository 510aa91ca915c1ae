// The feed of another instance, read over HTTP: what that instance has folded, in order, each answer proved to be its own
// and new. Whatever else comes back ends the reading: who knows nothing new grows stale, and so strict (law 6).
import { encode } from 'jose/base64url'
import { nextChange } from '../memory/memory-feed.ts'
import type { Clock } from '../ports/clock.ts'
import type { Feed, FeedBatch, FeedEntry } from '../ports/feed.ts'
import type { Position } from '../ports/position.ts'
import type { Authority } from '../state/check-authority.ts'
import { createDeadline } from './deadline.ts'
import { LARGEST_ANSWER } from './feed-content.ts'
import { createFeedProofs, FEED_HEADER, type FeedAnswer, MAX_SKEW_MS } from './feed-proofs.ts'
import { tagOf } from './feed-tag.ts'
import { readBody } from './read-body.ts'

export interface HttpFeedOptions {
  readonly url: string
  /** Newest first, at least one. */
  readonly secrets: readonly string[]
  readonly clock: Clock
}

export interface HttpFeed extends Pick<Feed, 'follow'> {
  /** By what the other instance folded an entry: its word is taken for it, as it is for a snapshot. */
  authority(entry: FeedEntry): Authority
}

/** Until the headers, beside the time that the other side was asked to wait; then from one part of a body to the next. */
const SILENT_MOST_MS = 5_000
const BODY_MOST_MS = 30_000
const TIGHTENS_ONLY: Authority = Object.freeze({ mayLoosen: false })

export function httpFeed({ url, secrets, clock }: HttpFeedOptions): HttpFeed {
  const proving = createFeedProofs(secrets)
  proving.catch(() => {})
  const authorities = new WeakMap<FeedEntry, Authority>()

  async function* follow(
    from: Position | undefined,
    heartbeatMs: number,
    stop: AbortSignal,
  ): AsyncIterable<FeedBatch> {
    for (let at = from; !stop.aborted; ) {
      const begun = clock.monotonic()
      const batch = await ask(at, heartbeatMs, stop)
      yield batch
      // where something on the way does not let the other side wait
      const early = heartbeatMs - (clock.monotonic() - begun)
      if (at === batch.position && early > heartbeatMs / 2) await pause(early, stop)
      at = batch.position
    }
  }

  async function ask(
    from: Position | undefined,
    heartbeatMs: number,
    stop: AbortSignal,
  ): Promise<FeedBatch> {
    const waitSeconds = from === undefined ? 0 : Math.floor(heartbeatMs / 1000)
    const deadline = createDeadline(`the feed at ${url}`, stop)
    try {
      const proofs = await proving
      const sent: Sent = { monotonic: clock.monotonic(), wall: clock.now() }
      deadline.within(waitSeconds * 1000 + SILENT_MOST_MS)
      const { authorization, nonce } = await proofs.ask(sent.wall)
      const response = await fetch(url, {
        headers: {
          authorization,
          ...(from === undefined ? {} : { 'if-none-match': tagOf(from) }),
          ...(waitSeconds === 0 ? {} : { prefer: `wait=${waitSeconds}` }),
        },
        // who answers elsewhere is not who was asked
        redirect: 'manual',
        cache: 'no-store',
        signal: deadline.signal,
      })
      const answer = await proofs.verify(response.headers.get(FEED_HEADER), nonce)
      if (answer === undefined || answer.status !== response.status)
        throw new Error(
          `the feed at ${url} answered ${response.status}, without a proof that it is its answer to this request`,
        )
      const bodyEnds = performance.now() + BODY_MOST_MS
      const goesOn = () => deadline.within(Math.min(SILENT_MOST_MS, bodyEnds - performance.now()))
      goesOn()
      return await toBatch(answer, () => readBody(response, answer.bytes, goesOn), from, sent)
    } finally {
      deadline.end()
    }
  }

  async function toBatch(
    answer: FeedAnswer,
    body: () => Promise<Uint8Array<ArrayBuffer>>,
    from: Position | undefined,
    sent: Sent,
  ): Promise<FeedBatch> {
    const { position, at, ageMs, heldMs } = answer
    const now = clock.now()
    if (Math.abs(now - at) > MAX_SKEW_MS)
      throw new Error(
        `the clocks of the feed at ${url} and of this instance differ by ${Math.round(Math.abs(now - at) / 1000)} s`,
      )
    // by the worse of both clocks: a runtime may have stood still in between
    const monotonic = clock.monotonic()
    const since = Math.max(monotonic - sent.monotonic, now - sent.wall)
    const confirmedAt = monotonic - Math.max(0, since - heldMs) - ageMs
    if (answer.status === 304) {
      if (position !== from)
        throw new Error(`the feed at ${url} confirmed ${position}, and was asked about ${from}`)
      return { events: [], position, confirmedAt }
    }
    return { ...(await readContent(answer, body)), position, confirmedAt }
  }

  async function readContent(
    { bytes, digest }: FeedAnswer,
    read: () => Promise<Uint8Array<ArrayBuffer>>,
  ): Promise<Pick<FeedBatch, 'snapshot' | 'events'>> {
    if (bytes > LARGEST_ANSWER * 2)
      throw new Error(`the feed at ${url} answers with ${bytes} bytes`)
    const body = await read()
    if (encode(new Uint8Array(await crypto.subtle.digest('SHA-256', body))) !== digest)
      throw new Error(`the feed at ${url} answered with another text than it signed`)
    const line = body.indexOf(NEWLINE)
    const events = JSON.parse(decoder.decode(body.subarray(0, line))).map(toEntry)
    const snapshot = body.subarray(line + 1)
    return snapshot.length === 0 ? { events } : { events, snapshot }
  }

  function toEntry({ position, event, as }: FeedEntry & { readonly as?: Authority }): FeedEntry {
    const entry: FeedEntry = { position, event }
    if (as !== undefined) authorities.set(entry, as)
    return entry
  }

  return { follow, authority: (entry) => authorities.get(entry) ?? TIGHTENS_ONLY }
}

/** When a request was sent: what is answered was so at that time or later. */
interface Sent {
  readonly monotonic: number
  readonly wall: number
}

const NEWLINE = 10
const decoder = new TextDecoder('utf-8', { fatal: true })

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return nextChange(new Set(), ms, stop)
}
