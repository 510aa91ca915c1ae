// Polls a transmitter for its events (RFC 8936): acknowledges what took effect, tells what is refused, backs off.
import type { Logger } from '@countersign/core'
import { pause } from '../http/pause.ts'
import { requestJson } from '../http/request-json.ts'
import { refuse, type SetError } from '../set/set-error.ts'
import type { Accepted } from './accept-set.ts'
import type { Polling } from './poll-options.ts'

export interface PollLoop {
  /** Resolves once no poll is under way and what took effect is acknowledged, as far as the transmitter answers. */
  stop(): Promise<void>
}

export interface PollStreamOptions {
  readonly polling: Polling
  readonly accept: (jwt: string) => Promise<Accepted>
  readonly logger: Logger
}

/** By `jti`, which is any text. */
type Errors = ReadonlyMap<string, { readonly err: string; readonly description: string }>

/** A transmitter may hold the answer until there is something (RFC 8936, 2.4). */
const LONG_POLL_MS = 60_000
const MOST_BYTES = 8 * 1024 * 1024
const RETRY_FIRST_MS = 1_000
const RETRY_MOST_MS = 60_000
const RETRY_AFTER_MOST_MS = 300_000

export function pollStream({ polling, accept, logger }: PollStreamOptions): PollLoop {
  const stopping = new AbortController()
  let ack: string[] = []
  let setErrs = new Map<string, { err: string; description: string }>()
  let failures = 0
  const running = run()

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const waitMs = await pollOnce().catch((error: unknown) => backOff(error))
      if (waitMs > 0) await pause(waitMs, stopping.signal)
    }
  }

  /** Answers how long to wait before the next. */
  async function pollOnce(): Promise<number> {
    const sent = { ack, setErrs: new Map(setErrs) }
    const begun = performance.now()
    const answer = await ask({
      maxEvents: polling.maxEvents,
      // what waits to be acknowledged is not kept waiting
      returnImmediately: ack.length > 0 || setErrs.size > 0,
      ...toBody(sent),
    })
    forget(sent)
    const left = await takeAll(answer.sets)
    if (failures > 0)
      logger.info({ url: polling.url.href, failures }, 'a transmitter is polled again')
    failures = 0
    if (left > 0) return RETRY_FIRST_MS
    if (answer.moreAvailable || Object.keys(answer.sets).length > 0) return 0
    // it waited for something to tell: asked anew at once
    return performance.now() - begun >= polling.everyMs ? 0 : polling.everyMs
  }

  async function ask(
    body: object,
  ): Promise<{ sets: Record<string, unknown>; moreAvailable: boolean }> {
    const { status, json, retryAfterMs } = await requestJson(polling.url, {
      method: 'POST',
      body,
      authorization: polling.authorization,
      timeoutMs: LONG_POLL_MS,
      mostBytes: MOST_BYTES,
      stop: stopping.signal,
    })
    if (status !== 200) throw new PollError(`the transmitter answered ${status}`, retryAfterMs)
    const { sets = {}, moreAvailable } = (json ?? {}) as { sets?: unknown; moreAvailable?: unknown }
    if (typeof sets !== 'object' || sets === null || Array.isArray(sets))
      throw new PollError('the transmitter answered without sets', undefined)
    return { sets: sets as Record<string, unknown>, moreAvailable: moreAvailable === true }
  }

  /** How many could not be worked on here: neither acknowledged nor refused, they come again. */
  async function takeAll(sets: Record<string, unknown>): Promise<number> {
    let left = 0
    for (const [jti, jwt] of Object.entries(sets)) {
      try {
        const accepted = await take(jti, jwt)
        if (accepted.ok) ack.push(jti)
        else if (accepted.retry === true) left += 1
        else setErrs.set(jti, { err: accepted.err, description: accepted.description })
      } catch (error) {
        left += 1
        logger.error(
          { err: error, jti },
          'a security event could not be worked on: it is asked for again',
        )
      }
    }
    return left
  }

  async function take(jti: string, jwt: unknown): Promise<Accepted | SetError> {
    if (typeof jwt !== 'string') return refuse('invalid_request', 'a SET must be a text')
    const accepted = await accept(jwt)
    if (accepted.ok && accepted.event.jti !== jti)
      logger.warn({ jti, of: accepted.event.jti }, 'a SET was sent under the jti of another')
    return accepted
  }

  /** What the transmitter has heard of. */
  function forget(sent: { ack: string[]; setErrs: Errors }): void {
    ack = ack.filter((jti) => !sent.ack.includes(jti))
    setErrs = new Map([...setErrs].filter(([jti]) => !sent.setErrs.has(jti)))
  }

  function backOff(error: unknown): number {
    if (stopping.signal.aborted) return 0
    failures += 1
    if (failures === 1)
      logger.warn(
        { err: error, url: polling.url.href },
        'a transmitter cannot be polled: it is tried again',
      )
    const after = error instanceof PollError ? error.retryAfterMs : undefined
    if (after !== undefined) return Math.min(Math.max(after, RETRY_FIRST_MS), RETRY_AFTER_MOST_MS)
    const most = Math.min(RETRY_FIRST_MS * 2 ** (failures - 1), RETRY_MOST_MS)
    // spread, so that instances do not come back all at once
    return most * (0.5 + Math.random() / 2)
  }

  return {
    async stop() {
      stopping.abort()
      await running
      if (ack.length === 0 && setErrs.size === 0) return
      await requestJson(polling.url, {
        method: 'POST',
        // RFC 8936, 2.4.2: acknowledges, and asks for nothing
        body: { maxEvents: 0, returnImmediately: true, ...toBody({ ack, setErrs }) },
        authorization: polling.authorization,
      }).catch((error: unknown) =>
        logger.warn(
          { err: error },
          'what took effect could not be acknowledged: it will come again',
        ),
      )
    },
  }
}

function toBody({ ack, setErrs }: { ack: string[]; setErrs: Errors }): object {
  return { ack, setErrs: Object.fromEntries(setErrs) }
}

class PollError extends Error {
  readonly retryAfterMs: number | undefined
  constructor(message: string, retryAfterMs: number | undefined) {
    super(message)
    this.retryAfterMs = retryAfterMs
  }
}
