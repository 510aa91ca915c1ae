// Policy tests against a policy: every case decided purely, and what was seen of the policy meanwhile.
import {
  type CompiledPolicy,
  createExplainer,
  type ExplainedFacts,
  type Json,
  REASON_TEXT,
} from '@countersign/core'
import { FactsError } from '../facts/facts-error.ts'
import { isMapping } from '../facts/read-mapping.ts'
import { readSituation, type Situation } from '../facts/read-situation.ts'
import { suggestName } from '../problems/did-you-mean.ts'
import { formatPath } from '../problems/policy-problem.ts'
import { type Finding, ProblemCollector, showValue } from '../problems/problem-collector.ts'
import { createCoverageCounter } from './coverage.ts'
import { mergeFacts } from './merge-facts.ts'
import type { Expected, PolicyTests, TestReport, TestResult, WrittenCase } from './policy-tests.ts'
import { whySo } from './why-so.ts'

export interface TestOptions {
  /** Milliseconds since the epoch: the moment of requests that do not say theirs. @default Date.now() */
  readonly now?: number
  /** The `facts` of recorded decisions, by id: those that `PolicyTests.decisions` names. */
  readonly recorded?: ReadonlyMap<string, Json>
}

/** Pure: nothing is spent or recorded. Allowances count as spent as far as the facts say, else not at all. */
export function runPolicyTests(
  tests: PolicyTests,
  policy: CompiledPolicy,
  options: TestOptions = {},
): TestReport {
  const { now = Date.now(), recorded = new Map<string, Json>() } = options
  const problems = new ProblemCollector(tests.locate)
  const explain = createExplainer(policy)
  const counter = createCoverageCounter(policy)
  const results = tests.cases.flatMap((one): TestResult[] => {
    const strange = strangers(one, policy)
    for (const finding of strange) problems.add(finding)
    const situation = situationOf(one, policy, now, recorded)
    if ('code' in situation) problems.add(situation)
    if (strange.length > 0 || 'code' in situation) return []
    const explained = explain(situation.facts, situation.spent)
    counter.add(situation.facts, explained)
    return [resultOf(one, situation, explained, tests)]
  })
  return { problems: problems.sorted(), results, coverage: counter.branches() }
}

function situationOf(
  { layers }: WrittenCase,
  policy: CompiledPolicy,
  now: number,
  recorded: ReadonlyMap<string, Json>,
): Situation | Finding {
  let merged: Readonly<Record<string, Json>> = {}
  for (const { path, value, decision } of layers) {
    if (decision !== undefined) {
      const facts = recorded.get(decision)
      if (!isMapping(facts))
        return {
          code: 'not_one_of',
          path: [...path, 'decision'],
          message: 'no facts of this decision are in the audit log',
          found: decision,
          fix: 'name a decision that countersign audit tail shows, of somebody who was signed in',
        }
      merged = facts as Readonly<Record<string, Json>>
    }
    merged = mergeFacts(merged, value)
  }
  try {
    return readSituation(merged, policy, now)
  } catch (error) {
    if (!(error instanceof FactsError)) throw error
    const [key = ''] = error.path
    const layer = layers.findLast(({ value }) => Object.hasOwn(value, key)) ?? layers.at(-1)
    const path = [...(layer?.path ?? []), ...error.path]
    const { problem, found, fix } = error
    return { code: 'malformed', path, message: `${formatPath(error.path)} ${problem}`, found, fix }
  }
}

/** Names that nothing in the policy has: a test that expects them could never pass. */
function strangers({ path, expect }: WrittenCase, policy: CompiledPolicy): Finding[] {
  const optOuts = Object.keys(policy.optOuts)
  const rules = policy.rules.map(({ id }) => id)
  const check = (
    name: string | undefined,
    of: readonly string[],
    what: string,
    at: Finding['path'],
  ) =>
    name === undefined || of.includes(name)
      ? []
      : [
          {
            code: 'not_one_of' as const,
            path: [...path, ...at],
            message: `the policy has no such ${what}`,
            found: showValue(name),
            fix: suggestName(name, of),
          },
        ]
  return [
    ...(expect.optOuts ?? []).flatMap((name, at) =>
      check(name, optOuts, 'opt-out', ['optOuts', at]),
    ),
    ...(expect.reasons ?? []).flatMap(({ code, rule, optOut }, at) => [
      ...check(code, Object.keys(REASON_TEXT), 'reason', ['reasons', at]),
      ...check(rule, rules, 'rule', ['reasons', at]),
      ...check(optOut, optOuts, 'opt-out', ['reasons', at]),
    ]),
  ]
}

function resultOf(
  { name, path, expect }: WrittenCase,
  situation: Situation,
  explained: ExplainedFacts,
  { locate }: PolicyTests,
): TestResult {
  const { outcome, optOuts, reasons } = explained
  return {
    name,
    ...(locate({ path }) ?? { line: 1, column: 1 }),
    passed: meets(expect, explained),
    expected: expect,
    got: { outcome, optOuts, reasons },
    why: whySo(explained),
    situation,
  }
}

/** What is not expected is not looked at; of what is, nothing may be missing and nothing besides. */
function meets(expect: Expected, { outcome, optOuts, reasons }: ExplainedFacts): boolean {
  if (expect.outcome !== outcome) return false
  if (expect.optOuts !== undefined && !sameNames(expect.optOuts, optOuts)) return false
  const wanted = expect.reasons
  if (wanted === undefined) return true
  const fits = (want: (typeof wanted)[number], got: (typeof reasons)[number]) =>
    want.code === got.code &&
    (want.rule === undefined || want.rule === got.rule) &&
    (want.optOut === undefined || want.optOut === got.optOut)
  return (
    wanted.every((want) => reasons.some((got) => fits(want, got))) &&
    reasons.every((got) => wanted.some((want) => fits(want, got)))
  )
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return [...new Set(a)].sort().join(' ') === [...new Set(b)].sort().join(' ')
}
