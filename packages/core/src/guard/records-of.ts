// What is recorded, for those who pass it on: as it happens here, and as the log has it.
import type { Engine } from '../engine/engine.ts'
import type { AuditEntry, AuditQuery, AuditRecord } from '../ports/audit-log.ts'

export interface Records {
  /**
   * Told each change and each event of a device that this instance records, not its decisions. It must not throw, and is
   * not waited for. Resolves to what ends it.
   */
  watch(listener: (entry: AuditEntry) => void): Promise<() => void>
  /** Of all instances that share the log, in the order of each chain; what this one was given so far is in. */
  read(query: AuditQuery): AsyncIterable<AuditRecord>
}

export function recordsOf(engine: () => Promise<Engine>): Records {
  return {
    watch: async (listener) => (await engine()).recorder.watch(listener),
    async *read(query) {
      const { recorder, audit } = await engine()
      await recorder.flush()
      yield* audit.read(query)
    },
  }
}
