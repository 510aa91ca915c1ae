// What one message signals, sent to the guard: side by side where it makes no difference, in order where it does.
import type { GuardServices, Logger, SignalInput } from '@countersign/core'
import { sendSignal } from '../effects/send-signal.ts'
import type { WebhookSignal, WebhookSignals } from './webhook-options.ts'

/** Of one message. A body within its limit holds no more of any use. */
export const MOST_SIGNALS = 1000
const AT_ONCE = 32

/** The app's function answered something else: a fault of its own, told to it and not to the sender. */
export function toSignals(answered: WebhookSignals): readonly WebhookSignal[] {
  if (answered === undefined || answered === null) return []
  const list = Array.isArray(answered) ? answered : [answered]
  if (list.every((one) => typeof one === 'object' && one !== null)) return list
  throw new TypeError('signals() must answer a signal, a list of signals, or undefined')
}

/** Resolves once all hold; rejects once all are settled, with the first that failed. */
export async function sendSignals(
  guard: Pick<GuardServices, 'signal'>,
  signals: readonly WebhookSignal[],
  { sender: source, logger }: { readonly sender: string; readonly logger: Logger },
): Promise<void> {
  let batch = new Map<string, SignalInput>()
  for (const signal of signals) {
    const name = JSON.stringify([signal.code, signal.about])
    if (batch.size >= AT_ONCE || batch.has(name)) {
      await sendAll(guard, logger, batch)
      batch = new Map()
    }
    batch.set(name, { ...signal, source })
  }
  await sendAll(guard, logger, batch)
}

async function sendAll(
  guard: Pick<GuardServices, 'signal'>,
  logger: Logger,
  batch: ReadonlyMap<string, SignalInput>,
): Promise<void> {
  const sent = await Promise.allSettled(
    [...batch.values()].map((one) => sendSignal(guard, logger, one)),
  )
  const failed = sent.find((one) => one.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}
