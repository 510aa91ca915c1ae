// Which opt-out answers which unmet rule (law 13): pure ones first, then at most one allowance, and nothing is spent
// before every rule has an answer. Pure; spending is spend-allowance.ts.
import type { UnmetRule } from '../policy/verdict.ts'
import { checkOptOut, type OptOutScene } from './check-opt-out.ts'
import type { OptOutCheck } from './opt-out-check.ts'
import type { PreparedOptOuts } from './prepare-opt-outs.ts'

export interface Answers {
  readonly checks: readonly OptOutCheck[]
  /** Pure opt-outs that answer a rule, by name, without doubles. */
  readonly optOuts: readonly string[]
  /** The one rule that only an allowance can answer, with the allowances to try in this order. */
  readonly toSpend: { readonly rule: string; readonly allowances: readonly string[] } | undefined
  /** Rules without an answer; where there are any, nothing is spent and no opt-out is honoured. */
  readonly unanswered: readonly UnmetRule[]
}

export function answerUnmetRules(scene: OptOutScene, optOuts: PreparedOptOuts): Answers {
  const checks: OptOutCheck[] = []
  const honoured = new Set<string>()
  const unanswered: UnmetRule[] = []
  const needing: { rule: UnmetRule; allowances: string[] }[] = []
  for (const rule of scene.verdict.unmet) {
    const allowances: string[] = []
    let pure: string | undefined
    // by name: which of several holds must not hang on the order in the document
    for (const name of [...rule.optOuts].sort()) {
      const prepared = optOuts.get(name)
      if (prepared === undefined) continue
      const answer = checkOptOut(scene, rule, prepared)
      checks.push({ rule: rule.rule, optOut: name, ...answer })
      if (answer.holds !== 'true') continue
      if (prepared.optOut.kind === 'allowance') allowances.push(name)
      else pure ??= name
    }
    if (pure !== undefined) honoured.add(pure)
    else if (allowances.length > 0) needing.push({ rule, allowances })
    else unanswered.push(rule)
  }
  const [only] = needing
  if (needing.length > 1) for (const { rule } of needing) unanswered.push(rule)
  return {
    checks,
    optOuts: [...honoured].sort(),
    toSpend:
      only !== undefined && needing.length === 1
        ? { rule: only.rule.rule, allowances: only.allowances }
        : undefined,
    unanswered,
  }
}
