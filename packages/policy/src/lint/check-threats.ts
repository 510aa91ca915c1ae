// Threats: the opt-outs that they name are there, and whoever accepts one says what keeps it small.
import { suggestName } from '../problems/did-you-mean.ts'
import type { ProblemCollector } from '../problems/problem-collector.ts'
import type { Draft } from './draft.ts'

export function checkThreats(draft: Draft, problems: ProblemCollector): void {
  for (const { name, path, value } of draft.threats) {
    value.optOuts.forEach((optOut, index) => {
      if (draft.declared.optOuts.has(optOut)) return
      problems.add({
        code: 'unknown_opt_out',
        path: [...path, 'optOuts', index],
        message: `${optOut} is not one of the opt-outs`,
        found: optOut,
        fix: suggestName(optOut, draft.declared.optOuts),
      })
    })
    if ((value.controls ?? []).length > 0) continue
    problems.add(
      value.accepted === true
        ? {
            code: 'accepted_without_control',
            path: [...path, 'accepted'],
            message: `the threat ${name} is accepted, and nothing keeps it small or shows that it happens`,
            found: 'no controls',
            fix: 'write under controls what limits it, or what would tell you of it',
          }
        : {
            code: 'threat_unanswered',
            severity: 'warning',
            path,
            atKey: true,
            message: `nothing is done against the threat ${name}, and nobody accepted it`,
            found: 'no controls',
            fix: 'write under controls what is done against it',
          },
    )
  }
}
