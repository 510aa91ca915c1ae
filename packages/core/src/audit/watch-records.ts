// Tells what a recorder is given, besides decisions, to those who pass it on: what changed here, and what happened to devices.
import type { AuditEntry } from '../ports/audit-log.ts'
import type { Recorder } from './recorder.ts'

export interface WatchedRecorder extends Recorder {
  /** Told each change and device entry that is recorded here; what it throws goes to `onError`. Returns how to end it. */
  watch(listener: (entry: AuditEntry) => void): () => void
}

export function watchRecords(
  recorder: Recorder,
  onError: (error: unknown) => void,
): WatchedRecorder {
  const listeners = new Set<(entry: AuditEntry) => void>()

  function tell(entry: AuditEntry): void {
    if (entry.type !== 'change' && entry.type !== 'device') return
    for (const listener of listeners) {
      try {
        listener(entry)
      } catch (error) {
        onError(error)
      }
    }
  }

  return {
    ...recorder,
    async record(entry) {
      await recorder.record(entry)
      tell(entry)
    },
    note(entry) {
      recorder.note(entry)
      tell(entry)
    },
    watch(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
