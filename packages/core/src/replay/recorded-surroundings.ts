// What a recorded decision hung on besides its facts: switches, allowances that were spent, and what kept every opt-out
// from being honoured. Read back from its reasons and its opt-outs' answers.
import type { OptOutCheck } from '../opt-outs/opt-out-check.ts'
import type { ReasonCode } from '../policy/reason-code.ts'
import type { AuditEntry } from '../ports/audit-log.ts'
import type { SwitchTarget } from '../state/feed-event.ts'

/** Reasons that are about the moment and not about policy or facts. */
const KEPT_BY: readonly ReasonCode[] = ['not_same_origin', 'feed_stale', 'audit_unavailable']

/** Reasons for which a permit is not spent. */
const UNSPENT: readonly ReasonCode[] = ['permit_used', 'store_unavailable', 'feed_stale']

export interface RecordedSurroundings {
  readonly keptBy: ReasonCode | undefined
  /** Whether what was confirmed for this one request did not count: it was used before, or could not be spent. */
  readonly permitsRefused: boolean
  isSuspended(target: SwitchTarget): boolean
  /** Whether the backend may have forgotten what was spent: as far as the record tells, no. */
  isSpendingUncertain(rule: string): boolean
  /** Whether the allowance had room, as far as the record tells: where it was not asked, yes. */
  hadRoom(rule: string, optOut: string): boolean
}

export function recordedSurroundings(entry: AuditEntry): RecordedSurroundings {
  const checks = listOf<OptOutCheck>(entry['checks'])
  const codes = listOf<{ code: ReasonCode }>(entry['reasons']).map(({ code }) => code)
  const keptBy = KEPT_BY.find((code) => codes.includes(code)) ?? fetchedAhead(entry)
  const all = (of: (check: OptOutCheck) => string) => alwaysSuspended(checks, of)
  const suspended = checks.some(({ why }) => why === 'opt_out_suspended')
    ? new Set<SwitchTarget>([
        ...all(({ optOut }) => optOut).map((name): SwitchTarget => `opt-out:${name}`),
        ...all(({ rule }) => rule).map((id): SwitchTarget => `rule:${id}`),
      ])
    : NONE
  return {
    keptBy,
    permitsRefused:
      fetchedAhead(entry) !== undefined || UNSPENT.some((code) => codes.includes(code)),
    isSuspended: (target) => suspended.has(target),
    isSpendingUncertain: (rule) =>
      checks.some((check) => check.rule === rule && check.why === 'allowance_uncertain'),
    hadRoom(rule, optOut) {
      const check = checks.find((one) => one.rule === rule && one.optOut === optOut)
      return check?.why !== 'allowance_spent' && check?.why !== 'store_unavailable'
    },
  }
}

const NONE: ReadonlySet<SwitchTarget> = new Set()

/** What is fetched ahead of time honours nothing; nobody did it. */
function fetchedAhead(entry: AuditEntry): ReasonCode | undefined {
  return entry['ahead'] === true ? 'not_same_origin' : undefined
}

/** Whatever switch it was, it suspended all that was asked under this name. */
function alwaysSuspended(
  checks: readonly OptOutCheck[],
  of: (check: OptOutCheck) => string,
): readonly string[] {
  return [...new Set(checks.map(of))].filter((name) =>
    checks.every((check) => of(check) !== name || check.why === 'opt_out_suspended'),
  )
}

function listOf<T>(value: AuditEntry[string]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : []
}
