// In the place of a store and a log where there are none: nothing is read, nothing is kept, and whoever tries is told.
import type { WatchedRecorder } from '../audit/watch-records.ts'
import type { AuditLog } from '../ports/audit-log.ts'
import type { Store } from '../ports/store.ts'

async function refuse(): Promise<never> {
  throw new Error('there is no store and no log on the edge')
}

function refuseAll(): AsyncIterable<never> {
  return { [Symbol.asyncIterator]: () => ({ next: refuse }) }
}

async function nothingToClose(): Promise<void> {}

export const noStore: Store = {
  read: refuse,
  write: refuse,
  addIfBelow: refuse,
  list: refuseAll,
  close: nothingToClose,
}

export const noAuditLog: AuditLog = {
  append: refuse,
  head: refuse,
  read: refuseAll,
  close: nothingToClose,
}

/** No opt-out can be honoured by it (law 5). Refusals are told to `onDecision`. */
export const noRecorder: WatchedRecorder = {
  record: refuse,
  note() {},
  count() {},
  flush: nothingToClose,
  health: () => ({ ok: true, queued: 0, lost: 0, lagMs: 0 }),
  watch: () => () => {},
  close: nothingToClose,
}
