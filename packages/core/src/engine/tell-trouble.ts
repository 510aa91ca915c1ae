// Tells of trouble that goes on: when it begins, at most once a minute while it lasts, and when it is over. What is tried
// again every second would else fill the log with one stack after another.
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'

export interface Trouble {
  failed(error: unknown): void
  /** All went well; may be called at any time, for nothing is told unless trouble was. */
  well(): void
}

const AGAIN_AFTER_MS = 60_000

/** `trouble`: what is wrong and what to do; `over`: that it is so no longer. */
export function tellTrouble(
  { logger, clock }: { readonly logger: Logger; readonly clock: Clock },
  { trouble, over }: { readonly trouble: string; readonly over: string },
): Trouble {
  let failures = 0
  let told = false
  let toldAt = Number.NEGATIVE_INFINITY

  return {
    failed(error) {
      failures += 1
      const now = clock.monotonic()
      // also where it was well in between: what comes and goes is told no more often
      if (now - toldAt < AGAIN_AFTER_MS) return
      logger.error(told ? { failures, reason: reasonOf(error) } : { err: error }, trouble)
      told = true
      toldAt = now
    },
    well() {
      if (told) logger.info({ failures }, over)
      failures = 0
      told = false
    },
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
