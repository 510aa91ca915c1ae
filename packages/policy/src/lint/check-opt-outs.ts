// Law 4: every opt-out ends, and within its own words it makes sense.
import type {
  AllowanceDocument,
  OptOutDocument,
  TrustedDeviceDocument,
  WaiverDocument,
} from '../policy-document.ts'
import type { Path } from '../problems/policy-problem.ts'
import type { ProblemCollector } from '../problems/problem-collector.ts'
import { parseDuration, YEAR_MS } from '../words/parse-duration.ts'
import { parseEnd } from '../words/parse-end.ts'
import { parseNetwork } from '../words/parse-network.ts'
import type { Draft } from './draft.ts'
import type { WellFormed } from './keep-well-formed.ts'

/** `now`: milliseconds since the epoch. */
export function checkOptOuts(draft: Draft, now: number, problems: ProblemCollector): void {
  const listed = new Set(draft.every.rules.flatMap(({ value }) => value.optOuts ?? []))
  for (const { path, value } of draft.every.optOuts) {
    // which fields belong here, and their shapes, are known by the kind only
    if (value.kind === undefined) continue
    checkEnd(value, path, now, problems)
    checkKind(value, path, problems)
  }
  for (const { name, path } of draft.optOuts) {
    if (listed.has(name) || !draft.isSound('rules')) continue
    problems.add({
      code: 'unused_opt_out',
      severity: 'warning',
      path,
      atKey: true,
      message: `no rule lists the opt-out ${name}, so it never holds`,
      found: name,
      fix: 'name it in the optOuts of a rule, or remove it',
    })
  }
}

function checkEnd(
  optOut: WellFormed<OptOutDocument>,
  path: Path,
  now: number,
  problems: ProblemCollector,
): void {
  const until = optOut.until === undefined ? undefined : parseEnd(optOut.until)
  if (until === undefined) return
  if (until > now + YEAR_MS) {
    problems.add({
      code: 'until_too_far',
      path: [...path, 'until'],
      message: 'an opt-out ends at most a year ahead',
      found: String(optOut.until),
      fix: `write ${new Date(now + YEAR_MS - 86_400_000).toISOString().slice(0, 10)} or earlier`,
    })
  } else if (until <= now) {
    problems.add({
      code: 'opt_out_ended',
      severity: 'warning',
      path: [...path, 'until'],
      message: 'the opt-out has ended already: it never holds',
      found: String(optOut.until),
      fix: 'remove the opt-out, or have it approved again with a later end',
    })
  }
}

function checkKind(
  optOut: WellFormed<OptOutDocument>,
  path: Path,
  problems: ProblemCollector,
): void {
  if (optOut.kind === 'trusted-device') checkDevice(optOut, path, problems)
  if (optOut.kind === 'allowance') checkTotal(optOut, path, problems)
  if (optOut.kind === 'network' || optOut.kind === 'waiver')
    checkNetworks(optOut.networks ?? [], path, problems)
  if (optOut.kind === 'waiver') checkApproval(optOut, path, problems)
}

function checkDevice(
  { idle, overall }: WellFormed<TrustedDeviceDocument>,
  path: Path,
  problems: ProblemCollector,
): void {
  if (idle === undefined || overall === undefined) return
  if ((parseDuration(idle) ?? 0) <= (parseDuration(overall) ?? 0)) return
  problems.add({
    code: 'idle_beyond_overall',
    path: [...path, 'idle'],
    message: 'idle is longer than overall',
    found: `idle ${idle}, overall ${overall}`,
    fix: `write ${overall} or less`,
  })
}

function checkTotal(
  { each, total }: WellFormed<AllowanceDocument>,
  path: Path,
  problems: ProblemCollector,
): void {
  if (each === undefined || total === undefined || each <= total) return
  problems.add({
    code: 'each_beyond_total',
    path: [...path, 'each'],
    message: 'each is larger than total',
    found: `each ${each}, total ${total}`,
    fix: `write ${total} or less`,
  })
}

function checkNetworks(
  networks: readonly (string | undefined)[],
  path: Path,
  problems: ProblemCollector,
): void {
  networks.forEach((text, index) => {
    if (text === undefined) return
    const parsed = parseNetwork(text)
    if (!parsed.ok || !parsed.everywhere) return
    problems.add({
      code: 'network_everywhere',
      path: [...path, 'networks', index],
      message: 'this network contains every address',
      found: text,
      fix: 'write the networks that are really meant, such as 10.0.0.0/8',
    })
  })
}

function checkApproval(
  { owner, approvedBy }: WellFormed<WaiverDocument>,
  path: Path,
  problems: ProblemCollector,
): void {
  if (owner === undefined || approvedBy === undefined) return
  if (owner.trim().toLowerCase() !== approvedBy.trim().toLowerCase()) return
  problems.add({
    code: 'approved_by_owner',
    path: [...path, 'approvedBy'],
    message: 'the owner of a waiver cannot approve it',
    found: approvedBy,
    fix: 'write who else approved it',
  })
}
