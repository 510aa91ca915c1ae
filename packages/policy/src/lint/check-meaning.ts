// All checks of what a policy says, beyond its shape.
import type { ProblemCollector } from '../problems/problem-collector.ts'
import { checkActions } from './check-actions.ts'
import { checkAllowances } from './check-allowances.ts'
import { checkAssurance } from './check-assurance.ts'
import { checkBinds } from './check-binds.ts'
import { type CompiledConditions, checkConditions } from './check-conditions.ts'
import { checkCoverage } from './check-coverage.ts'
import { checkOptOuts } from './check-opt-outs.ts'
import { checkRisk } from './check-risk.ts'
import { checkRoutes } from './check-routes.ts'
import { checkRules } from './check-rules.ts'
import { checkTargets } from './check-targets.ts'
import { checkThreats } from './check-threats.ts'
import { readDraft } from './draft.ts'
import { createMatchActions } from './match-actions.ts'

/** `now`: milliseconds since the epoch. Gives the conditions that are well-formed, compiled. */
export function checkMeaning(
  document: unknown,
  now: number,
  problems: ProblemCollector,
): CompiledConditions {
  const draft = readDraft(document, problems)
  const matchActions = createMatchActions(draft)
  checkAssurance(draft, problems)
  checkActions(draft, problems)
  checkRoutes(draft, problems)
  checkRisk(draft, problems)
  checkOptOuts(draft, now, problems)
  checkAllowances(draft, matchActions, problems)
  checkThreats(draft, problems)
  checkTargets(draft, matchActions, problems)
  checkBinds(draft, matchActions, problems)
  checkRules(draft, matchActions, problems)
  checkCoverage(draft, matchActions, problems)
  return checkConditions(draft, matchActions, problems)
}
