// The poll endpoint (RFC 8936) of one stream: what was acknowledged or refused is settled, what waits is answered.
import type { Json, Logger } from '@countersign/core'
import { pause } from '../http/pause.ts'
import type { Claims, Outbox } from './outbox.ts'

export interface PollEndpoint {
  /** `body` as it was sent: nothing of its type is taken for granted. */
  answer(body: unknown): Promise<{ readonly [member: string]: Json }>
  /** There is something to answer with. */
  wake(): void
  /** Whoever waits is answered. */
  stop(): void
}

export interface PollEndpointOptions {
  readonly stream: string
  readonly outbox: Outbox
  readonly sign: (claims: Claims) => Promise<string>
  readonly logger: Logger
}

const MOST_EVENTS = 100
/** Under the minute after which a receiver gives up. */
const HELD_MS = 25_000
/** Another instance may have put something. */
const LOOK_EVERY_MS = 2_000

export function pollEndpoint({ stream, outbox, sign, logger }: PollEndpointOptions): PollEndpoint {
  const stopping = new AbortController()
  let waking = new AbortController()

  async function settle({ ack, setErrs }: Record<string, unknown>): Promise<void> {
    const acknowledged = Array.isArray(ack) ? ack.filter((jti) => typeof jti === 'string') : []
    // no more than were ever answered at once: what else is listed comes again, and can be listed again
    const refused = isMap(setErrs) ? Object.entries(setErrs).slice(0, MOST_EVENTS) : []
    for (const [jti, error] of refused) {
      const { err, description } = isMap(error) ? error : {}
      const why = { err: shorten(err), description: shorten(description) }
      logger.error(
        { stream, jti: shorten(jti), ...why },
        'a receiver refused a security event: it is not sent again',
      )
    }
    for (const jti of [...acknowledged.slice(0, MOST_EVENTS), ...refused.map(([jti]) => jti)])
      await outbox.settle(jti)
  }

  async function waitFor(most: number): ReturnType<Outbox['first']> {
    const until = performance.now() + HELD_MS
    for (;;) {
      const asked = waking
      const found = await outbox.first(most)
      const left = until - performance.now()
      if (found.waiting.length > 0 || left <= 0 || stopping.signal.aborted) return found
      await pause(Math.min(left, LOOK_EVERY_MS), AbortSignal.any([stopping.signal, asked.signal]))
    }
  }

  return {
    async answer(body) {
      const asked = isMap(body) ? body : {}
      await settle(asked)
      const { maxEvents = MOST_EVENTS, returnImmediately } = asked
      const most = Math.min(Math.max(Math.trunc(Number(maxEvents)) || 0, 0), MOST_EVENTS)
      if (most === 0) return { sets: {} }
      const found = returnImmediately === true ? await outbox.first(most) : await waitFor(most)
      const sets = await Promise.all(
        found.waiting.map(async (claims) => [claims.jti, await sign(claims)] as const),
      )
      return { sets: Object.fromEntries(sets), ...(found.more ? { moreAvailable: true } : {}) }
    },
    wake() {
      waking.abort()
      waking = new AbortController()
    },
    stop: () => stopping.abort(),
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function shorten(value: unknown): string {
  return String(value ?? '').slice(0, 500)
}
