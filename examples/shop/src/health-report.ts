// What GET /healthz says.

export interface HealthReport {
  readonly ok: true
  /** How long ago the guard last heard from its feed. */
  readonly feedAgeMs: number
  /** `none` where no policy is in force. */
  readonly revision: string
  readonly suspendedOptOuts: readonly string[]
}

/** The same keys in every example, whatever else a guard's health tells. */
export function toHealthReport(health: Omit<HealthReport, 'ok'>): HealthReport {
  const { feedAgeMs, revision, suspendedOptOuts } = health
  return { ok: true, feedAgeMs, revision, suspendedOptOuts }
}
