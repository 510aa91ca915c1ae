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
    const refused = Object.entries((setErrs ?? {}) as Record<string, unknown>)
    for (const [jti, why] of refused)
      logger.error(
        { stream, jti, why },
        'a receiver refused a security event: it is not sent again',
      )
    for (const jti of [...acknowledged, ...refused.map(([jti]) => jti)].slice(0, 2 * MOST_EVENTS))
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
      const asked = (typeof body === 'object' && body !== null ? body : {}) as Record<
        string,
        unknown
      >
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
