// The conditions of rules, segments and opt-outs, each checked against what its actions declare.
import type { Condition } from '@countersign/core'
import { checkCondition } from '../cel/check-condition.ts'
import { claimsThatFree } from '../cel/claims-that-free.ts'
import type { AttributeType, ConditionScope } from '../cel/condition-scope.ts'
import { neverHolds } from '../cel/never-holds.ts'
import type { ActionDocument } from '../policy-document.ts'
import { formatPath, type Path } from '../problems/policy-problem.ts'
import type { ProblemCollector } from '../problems/problem-collector.ts'
import { builtInSignals } from '../words/built-in-risk.ts'
import type { Draft, Part } from './draft.ts'
import type { MatchActions } from './match-actions.ts'

/** By the path of their text, such as `rules[2].when`. */
export type CompiledConditions = ReadonlyMap<string, Condition>

export function checkConditions(
  draft: Draft,
  matchActions: MatchActions,
  problems: ProblemCollector,
): CompiledConditions {
  const compiled = new Map<string, Condition>()
  // attributes are only known, and signals only complete, where these have their shape
  const sections = ['actions', 'external', 'threatModels'] as const
  if (!sections.every((section) => draft.isSound(section))) return compiled
  const toScope = createToScope(draft)
  const check = (part: Part<{ readonly when?: string | undefined }>, scope: ActionScope): void => {
    if (part.value.when === undefined) return
    const path = [...part.path, 'when']
    const condition = checkOne(part.value.when, path, scope, problems)
    if (condition !== undefined) compiled.set(formatPath(path), condition)
  }
  for (const rule of draft.every.rules) {
    const actions = whole(rule.value.actions)
    if (actions === undefined) continue
    const matched = matchActions(actions)
    // that it matches nothing is told already: what its condition reads is no second mistake
    check(rule, toScope(matched.length === 0 ? matchActions(['*']) : matched, true))
    const when = compiled.get(formatPath([...rule.path, 'when']))
    if (when !== undefined) tellFreed(when, [...rule.path, 'when'], problems)
  }
  for (const segment of draft.every.segments) check(segment, toScope(matchActions(['*']), false))
  for (const optOut of draft.every.optOuts) {
    if (optOut.value.kind === undefined || optOut.value.when === undefined) continue
    check(optOut, toScope(matchActions(listingPatterns(optOut.name, draft)), true))
  }
  return compiled
}

/** What the rules that list it are for; where none does, every action. */
function listingPatterns(optOut: string, draft: Draft): readonly string[] {
  const rules = draft.every.rules.filter(({ value }) => value.optOuts?.includes(optOut))
  const patterns = new Set(rules.flatMap(({ value }) => whole(value.actions) ?? []))
  return patterns.size === 0 ? ['*'] : [...patterns]
}

/** What a condition may read depends on all of the actions: with one of them unknown nothing can be said. */
function whole(patterns: readonly (string | undefined)[] = []): readonly string[] | undefined {
  const known = patterns.filter((pattern) => pattern !== undefined)
  return known.length > 0 && known.length === patterns.length ? known : undefined
}

interface ActionScope {
  readonly scope: ConditionScope
  /** Attributes that some of the actions do not declare, with one of those. */
  readonly lacking: ReadonlyMap<string, string>
}

/** One scope per list of actions, so that 10,000 rules for `*` share theirs. */
function createToScope(
  draft: Draft,
): (actions: readonly Part<ActionDocument>[], risk: boolean) => ActionScope {
  const signals = knownSignals(draft)
  const known = new Map<boolean, Map<readonly Part<ActionDocument>[], ActionScope>>([
    [true, new Map()],
    [false, new Map()],
  ])
  return function toScope(actions, risk) {
    const before = known.get(risk)?.get(actions)
    if (before !== undefined) return before
    const { attributes, lacking } = mergeAttributes(actions)
    const scope = { scope: { attributes, signals, risk } as const, lacking }
    known.get(risk)?.set(actions, scope)
    return scope
  }
}

function knownSignals(draft: Draft): readonly string[] {
  const models = draft.threatModels.flatMap(({ value }) => Object.keys(value.signals))
  const external = draft.external.map(({ value }) => value)
  return [...new Set([...builtInSignals, ...models, ...external])]
}

function mergeAttributes(actions: readonly Part<ActionDocument>[]): {
  attributes: Readonly<Record<string, AttributeType>>
  lacking: ReadonlyMap<string, string>
} {
  const attributes = new Map<string, AttributeType>()
  const declarers = new Map<string, number>()
  for (const { value } of actions) {
    for (const [name, { type }] of Object.entries(value.resource ?? {})) {
      const before = attributes.get(name)
      attributes.set(name, before === undefined || before === type ? type : 'any')
      declarers.set(name, (declarers.get(name) ?? 0) + 1)
    }
  }
  const lacking = new Map<string, string>()
  for (const [name, count] of declarers) {
    if (count === actions.length) continue
    const one = actions.find(({ value }) => !Object.hasOwn(value.resource ?? {}, name))
    if (one !== undefined) lacking.set(name, one.name)
  }
  return { attributes: Object.fromEntries(attributes), lacking }
}

function checkOne(
  source: string,
  path: Path,
  { scope, lacking }: ActionScope,
  problems: ProblemCollector,
): Condition | undefined {
  const checked = checkCondition(source, scope)
  if (!checked.ok) {
    for (const problem of checked.problems) problems.add({ code: 'condition', path, ...problem })
    return undefined
  }
  for (const name of checked.condition.reads.resource) {
    const action = lacking.get(name)
    if (action !== undefined) problems.add(notEverywhere(name, action, path))
  }
  if (neverHolds(checked.condition.tree)) {
    problems.add({
      code: 'condition_never_holds',
      severity: 'warning',
      path,
      message: 'no facts satisfy the condition: its parts contradict each other',
      found: source,
      fix: 'correct what it compares, or remove what it belongs to',
    })
  }
  return checked.condition
}

/** A warning only: that the claim is absent is stated by a verified source, and may be what the author means. */
function tellFreed(condition: Condition, path: Path, problems: ProblemCollector): void {
  for (const claim of claimsThatFree(condition.tree)) {
    problems.add({
      code: 'has_restricts',
      severity: 'warning',
      path,
      message: `the rule does not apply to whoever lacks the claim ${claim}: its absence helps`,
      found: condition.source,
      fix: 'compare the claim instead (absent is unknown then, and the rule applies), or keep it if everybody who is meant surely has the claim',
    })
  }
}

function notEverywhere(
  name: string,
  action: string,
  path: Path,
): Parameters<ProblemCollector['add']>[0] {
  return {
    code: 'attribute_not_everywhere',
    severity: 'warning',
    path,
    message: `${action} does not declare ${name}: there the condition may be unknown, which restricts and never relaxes`,
    found: `resource.${name}`,
    fix: 'name only actions that declare it, or ask for the action in the condition first',
  }
}
