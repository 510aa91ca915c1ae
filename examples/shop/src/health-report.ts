// What GET /healthz says.

export interface HealthReport {
  readonly ok: boolean
  /** How long ago the guard last heard from its feed; `null`: never. */
  readonly feedAgeMs: number | null
  /** `none` where no policy is in force. */
  readonly revision: string
  /** `opt-outs`: all of them. */
  readonly suspendedOptOuts: readonly string[]
}

/** As a guard's health has it. */
export interface GuardHealth extends Omit<HealthReport, 'suspendedOptOuts'> {
  readonly suspended: readonly { readonly target: string }[]
}

/** The same keys in every example, whatever else a guard's health tells. */
export function toHealthReport({ ok, feedAgeMs, revision, suspended }: GuardHealth): HealthReport {
  const targets = suspended.map(({ target }) => target.replace(/^opt-out:/, ''))
  return { ok, feedAgeMs, revision, suspendedOptOuts: targets }
}
