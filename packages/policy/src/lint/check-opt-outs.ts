// Law 4: every opt-out ends, and within its own words it makes sense.
import type { OptOutDocument } from '../policy-document.ts'
import type { Path } from '../problems/policy-problem.ts'
import type { ProblemCollector } from '../problems/problem-collector.ts'
import { parseDuration, YEAR_MS } from '../words/parse-duration.ts'
import { parseEnd } from '../words/parse-end.ts'
import { parseNetwork } from '../words/parse-network.ts'
import type { Draft } from './draft.ts'

/** `now`: milliseconds since the epoch. */
export function checkOptOuts(draft: Draft, now: number, problems: ProblemCollector): void {
  const listed = new Set(draft.rules.flatMap(({ value }) => value.optOuts ?? []))
  for (const { name, path, value } of draft.optOuts) {
    checkEnd(value, path, now, problems)
    checkKind(value, path, problems)
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
  optOut: OptOutDocument,
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

function checkKind(optOut: OptOutDocument, path: Path, problems: ProblemCollector): void {
  if (optOut.kind === 'trusted-device') checkDevice(optOut.idle, optOut.overall, path, problems)
  if (optOut.kind === 'allowance') checkTotal(optOut.each, optOut.total, path, problems)
  if ('networks' in optOut) checkNetworks(optOut.networks, path, problems)
  if (optOut.kind === 'waiver') checkApproval(optOut.owner, optOut.approvedBy, path, problems)
}

function checkDevice(idle: string, overall: string, path: Path, problems: ProblemCollector): void {
  if ((parseDuration(idle) ?? 0) <= (parseDuration(overall) ?? 0)) return
  problems.add({
    code: 'idle_beyond_overall',
    path: [...path, 'idle'],
    message: 'idle is longer than overall',
    found: `idle ${idle}, overall ${overall}`,
    fix: `write ${overall} or less`,
  })
}

function checkTotal(each: number, total: number, path: Path, problems: ProblemCollector): void {
  if (each <= total) return
  problems.add({
    code: 'each_beyond_total',
    path: [...path, 'each'],
    message: 'each is larger than total',
    found: `each ${each}, total ${total}`,
    fix: `write ${total} or less`,
  })
}

function checkNetworks(networks: readonly string[], path: Path, problems: ProblemCollector): void {
  networks.forEach((text, index) => {
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
  owner: string,
  approvedBy: string,
  path: Path,
  problems: ProblemCollector,
): void {
  if (owner.trim().toLowerCase() !== approvedBy.trim().toLowerCase()) return
  problems.add({
    code: 'approved_by_owner',
    path: [...path, 'approvedBy'],
    message: 'the owner of a waiver cannot approve it',
    found: approvedBy,
    fix: 'write who else approved it',
  })
}
