// Takes up every record once it is there: those of this instance as they are made, and at the start those that nobody told.
import type { AuditEntry, Clock, GuardServices, Logger, Storage } from '@countersign/core'
import { runEvery } from '../run-every.ts'

export interface RecordFollower {
  start(): Promise<void>
  /** Resolves once all that was heard is taken. */
  stop(): Promise<void>
}

export interface FollowRecordsOptions {
  readonly guard: Pick<GuardServices, 'records'>
  readonly storage: Storage
  readonly clock: Clock
  readonly logger: Logger
  /** It is given the same record again after a restart, and has to bear it. */
  readonly take: (entry: AuditEntry) => Promise<void>
}

const MARK_EVERY_MS = 60_000
/** Before the mark: instances do not stop at one moment, and their clocks differ. */
const OVERLAP_MS = 10 * 60_000
const TRIES = 5
const RETRY_MS = 200

export function followRecords({
  guard,
  storage,
  clock,
  logger,
  take,
}: FollowRecordsOptions): RecordFollower {
  let taking: Promise<void> = Promise.resolve()
  let behind = false
  let end: (() => void) | undefined
  let timer: ReturnType<typeof setInterval> | undefined

  /** One after the other, in the order in which they were recorded. */
  function heard(entry: AuditEntry): void {
    taking = taking.then(() => takeOrTell(entry))
  }

  async function takeOrTell(entry: AuditEntry): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await take(entry)
      } catch (error) {
        if (attempt < TRIES) {
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS * attempt))
          continue
        }
        // the mark stays where it is: the next start reads it from the log
        behind = true
        logger.error({ err: error }, 'an event could not be kept for receivers: a restart tells it')
        return
      }
    }
  }

  /** All up to now is taken. */
  async function mark(): Promise<void> {
    const at = clock.now()
    await taking
    if (!behind) await storage.write('mark', 'taken', at, 'any')
  }

  async function catchUp(): Promise<void> {
    const marked = (await storage.read('mark', 'taken'))?.value
    if (typeof marked !== 'number') return
    for await (const { entry } of guard.records.read({ from: marked - OVERLAP_MS }))
      if (entry.type === 'change' || entry.type === 'device') await take(entry)
  }

  return {
    async start() {
      // first what comes, or what is recorded in between would be missed
      end = await guard.records.watch(heard)
      await catchUp()
      await mark()
      timer = runEvery(MARK_EVERY_MS, () => {
        mark().catch((error: unknown) =>
          logger.warn({ err: error }, 'how far events were told could not be kept'),
        )
      })
    },
    async stop() {
      clearInterval(timer)
      end?.()
      if (end !== undefined) await mark()
      end = undefined
    },
  }
}
