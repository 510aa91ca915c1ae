// Levels of assurance, the methods that earn them, and who demands which.
import type { RuleDocument } from '../policy-document.ts'
import { didYouMean, suggestName } from '../problems/did-you-mean.ts'
import type { Path } from '../problems/policy-problem.ts'
import type { ProblemCollector } from '../problems/problem-collector.ts'
import { amrValues } from '../words/amr-values.ts'
import { defaultLevels } from '../words/built-in-risk.ts'
import type { Draft } from './draft.ts'
import type { WellFormed } from './keep-well-formed.ts'

export function checkAssurance(draft: Draft, problems: ProblemCollector): void {
  checkDuplicates(draft, problems)
  checkOrder(draft, problems)
  for (const { path, value } of draft.every.levels) {
    value.amr?.forEach((set, index) => {
      checkMethods(set ?? [], [...path, 'amr', index], problems)
    })
  }
  for (const { path, value } of draft.every.rules) checkRequirement(value, path, draft, problems)
}

function checkDuplicates(draft: Draft, problems: ProblemCollector): void {
  const seen = new Set<string>()
  for (const { path, value } of draft.every.levels) {
    if (value.acr === undefined) continue
    if (seen.has(value.acr)) {
      problems.add({
        code: 'duplicate_level',
        path: [...path, 'acr'],
        message: 'two levels have the same acr',
        found: `a second ${value.acr}`,
        fix: 'name each level once; several sets of methods go into one amr',
      })
    }
    seen.add(value.acr)
  }
}

/** Whoever has a stronger level's methods should not lack a weaker one's: then the order is not what it says. */
function checkOrder(draft: Draft, problems: ProblemCollector): void {
  draft.levels.forEach(({ path, value: stronger }, place) => {
    stronger.amr?.forEach((set, index) => {
      const weaker = draft.levels
        .slice(0, place)
        .find(({ value }) => value.amr?.some((other) => set.every((one) => other.includes(one))))
      if (weaker === undefined) return
      problems.add({
        code: 'level_out_of_order',
        severity: 'warning',
        path: [...path, 'amr', index],
        message: `these methods earn ${stronger.acr}, but ${weaker.value.acr}, which is weaker, asks for no fewer`,
        found: set.join(', '),
        fix: 'write the levels weakest first, each with more methods than those before',
      })
    })
  })
}

function checkRequirement(
  rule: WellFormed<RuleDocument>,
  path: Path,
  draft: Draft,
  problems: ProblemCollector,
): void {
  const { acr, amr } = rule.require ?? {}
  if (amr !== undefined) checkMethods(amr, [...path, 'require', 'amr'], problems)
  const levels = draft.has('assurance')
    ? draft.declared.levels
    : new Set(defaultLevels.map((level) => level.acr as string))
  if (acr === undefined || levels.has(acr)) return
  problems.add({
    code: 'unknown_level',
    path: [...path, 'require', 'acr'],
    message: `${acr} is not one of the levels of assurance`,
    found: acr,
    fix: suggestName(acr, levels),
  })
}

/** A warning only: providers have words of their own. */
function checkMethods(
  methods: readonly (string | undefined)[],
  path: Path,
  problems: ProblemCollector,
): void {
  methods.forEach((method, index) => {
    if (method === undefined || amrValues.includes(method)) return
    const near = didYouMean(method, amrValues)
    problems.add({
      code: 'unknown_method',
      severity: 'warning',
      path: [...path, index],
      message: `${method} is not a method of RFC 8176`,
      found: method,
      fix: near ? `did you mean ${near}?` : 'keep it only if your identity provider writes it so',
    })
  })
}
