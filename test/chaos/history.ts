// What clients and an operator saw, on one clock, held against the log: whatever was promised and was not kept.
import type { AuditRecord } from '@countersign/core'

export interface Asked {
  readonly path: string
  readonly startedAt: number
  readonly endedAt: number
  /** `undefined` where no whole answer came. */
  readonly outcome: string | undefined
  readonly id: string
}

/** Of the opt-outs of one path. */
export interface Switched {
  readonly to: 'off' | 'on'
  readonly startedAt: number
  /** `undefined`: whether it was done is not known. */
  readonly doneAt: number | undefined
}

export interface History {
  readonly asked: readonly Asked[]
  readonly switched: readonly Switched[]
  /** The path whose opt-outs were switched. */
  readonly switchedPath: string
  readonly maxStalenessMs: number
}

export interface Allowance {
  readonly action: string
  /** Opt-outs for each subject, at most. */
  readonly most: number
}

/** Opt-outs that were answered and are not in the log (law 5). */
export function unrecorded({ asked }: History, log: readonly AuditRecord[]): readonly string[] {
  const ids = new Set(log.map(({ entry }) => entry.id))
  return asked
    .filter(({ outcome, id }) => outcome === 'opt-out' && !ids.has(id))
    .map(({ id }) => id)
}

/** All that was asked for at a time at which nobody may have known better than that it is off (law 6). */
export function askedWhileOff(history: History): readonly Asked[] {
  const { asked, switched, switchedPath, maxStalenessMs } = history
  const off = switched.flatMap(({ to, doneAt }, index) => {
    if (to === 'on' || doneAt === undefined) return []
    const end = switched[index + 1]?.startedAt ?? Number.POSITIVE_INFINITY
    return [{ from: doneAt + maxStalenessMs, end }]
  })
  return asked.filter(
    ({ path, startedAt, endedAt }) =>
      path === switchedPath && off.some(({ from, end }) => startedAt > from && endedAt < end),
  )
}

/** Subjects that were let through more often than the allowance has it, by the log: also where no answer came. */
export function overspent(
  { action, most }: Allowance,
  log: readonly AuditRecord[],
): readonly string[] {
  const counts = new Map<string, number>()
  for (const { entry } of log)
    if (entry['action'] === action && entry['outcome'] === 'opt-out')
      counts.set(entry.subject ?? '', (counts.get(entry.subject ?? '') ?? 0) + 1)
  return [...counts].filter(([, count]) => count > most).map(([subject]) => subject)
}
