// Pushes what waits to one receiver (RFC 8935): each token until it is acknowledged or refused, oldest first, backing off.
import type { Logger, Storage } from '@countersign/core'
import { pause } from '../http/pause.ts'
import type { Claims, Outbox } from './outbox.ts'
import { requestPush } from './request-push.ts'
import type { Stream } from './stream-options.ts'

export interface PushLoop {
  /** There is something to send. */
  wake(): void
  /** Resolves once nothing is under way. */
  stop(): Promise<void>
}

export interface PushStreamOptions {
  readonly stream: Stream & { readonly push: NonNullable<Stream['push']> }
  readonly outbox: Outbox
  readonly storage: Storage
  readonly sign: (claims: Claims) => Promise<string>
  readonly logger: Logger
}

const AT_ONCE = 50
/** Another instance may have put something, or have died while it was sending. */
const LOOK_EVERY_MS = 5_000
const LEASE_MS = 30_000
const RETRY_FIRST_MS = 500
const RETRY_MOST_MS = 300_000

export function pushStream({ stream, outbox, storage, sign, logger }: PushStreamOptions): PushLoop {
  const stopping = new AbortController()
  let waking = new AbortController()
  let failures = 0
  const running = run()

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const asked = waking
      const waitMs = await sendAll().catch((error: unknown) => backOff(error))
      // a failure is waited out, whatever else is put meanwhile
      const early =
        failures > 0 ? stopping.signal : AbortSignal.any([stopping.signal, asked.signal])
      if (waitMs > 0) await pause(waitMs, early)
      waking = new AbortController()
    }
  }

  /** One instance at a time sends; two would only do it twice, which a receiver bears. */
  async function sendAll(): Promise<number> {
    if (!(await storage.write('lease', stream.id, true, 'absent', LEASE_MS))) return LOOK_EVERY_MS
    try {
      const { waiting, more } = await outbox.first(AT_ONCE)
      for (const claims of waiting) {
        if (stopping.signal.aborted) return 0
        await sendOne(claims)
      }
      return more ? 0 : LOOK_EVERY_MS
    } finally {
      await storage.write('lease', stream.id, undefined, 'any')
    }
  }

  async function sendOne(claims: Claims): Promise<void> {
    const answer = await requestPush(stream.push, await sign(claims), stopping.signal)
    if (answer.is === 'refused') {
      const { err, description } = answer
      logger.error(
        { stream: stream.id, jti: claims.jti, err, description },
        'a receiver refused a security event: it is not sent again',
      )
    }
    await outbox.settle(claims.jti)
    if (failures > 0) logger.info({ stream: stream.id, failures }, 'a receiver answers again')
    failures = 0
  }

  function backOff(error: unknown): number {
    if (stopping.signal.aborted) return 0
    failures += 1
    if (failures === 1)
      logger.warn(
        { err: error, stream: stream.id },
        'a receiver cannot be reached: it is tried again',
      )
    const after = (error as { retryAfterMs?: unknown }).retryAfterMs
    const most = Math.min(RETRY_FIRST_MS * 2 ** (failures - 1), RETRY_MOST_MS)
    // spread, so that many senders do not come back all at once
    const due = most * (0.5 + Math.random() / 2)
    return typeof after === 'number' ? Math.min(Math.max(after, due), RETRY_MOST_MS) : due
  }

  return {
    wake: () => waking.abort(),
    async stop() {
      stopping.abort()
      await running
    },
  }
}
