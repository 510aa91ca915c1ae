// Sends to the guard what somebody outside signals, and what they take back as far as that is theirs to do.
import type { GuardServices, Logger, SignalInput } from '@countersign/core'

/**
 * Where loosening takes an operator key, nobody outside takes a signal back: it stands until it ends, or an operator does
 * (law 12). The message is good all the same, and would else be sent again for ever.
 */
export async function sendSignal(
  guard: Pick<GuardServices, 'signal'>,
  logger: Logger,
  signal: SignalInput,
): Promise<void> {
  try {
    await guard.signal(signal)
  } catch (error) {
    if (signal.share !== 0 || !isRefusal(error)) throw error
    const { code, source } = signal
    logger.warn({ signal: code, source }, 'what was taken back stands: only an operator may')
  }
}

/** `ChangeRefused` of core. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === 'change_refused'
}
