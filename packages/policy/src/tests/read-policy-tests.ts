// A file of policy tests, as text, to its cases. Nothing is decided here, and no policy is needed.
import type { Json } from '@countersign/core'
import { isMapping } from '../facts/read-mapping.ts'
import { suggestName } from '../problems/did-you-mean.ts'
import type { Path, PolicyProblem } from '../problems/policy-problem.ts'
import { type Finding, ProblemCollector, showValue } from '../problems/problem-collector.ts'
import { checkShape } from '../schema/check-shape.ts'
import { readPolicyText } from '../text/read-policy-text.ts'
import type { ExpectedReason, FactsLayer, PolicyTests, WrittenCase } from './policy-tests.ts'
import { type CaseDocument, reasonShape, type TestsDocument, testsShape } from './tests-shape.ts'

export interface ReadTests {
  /** In the order of the text. */
  readonly problems: readonly PolicyProblem[]
  /** Absent where there is a problem. */
  readonly sound?: PolicyTests
}

/** Reads YAML or JSON. Never throws: every mistake is told in `problems`, with line and column. */
export function readPolicyTests(text: string): ReadTests {
  const read = readPolicyText(text)
  const problems = new ProblemCollector(read.locate)
  for (const finding of read.findings) problems.add(finding)
  if (read.value !== undefined && !problems.hasErrors)
    for (const finding of checkShape(read.value, testsShape, [])) problems.add(finding)
  if (problems.hasErrors || read.value === undefined) return { problems: problems.sorted() }
  const document = read.value as unknown as TestsDocument
  const cases = document.cases.map((one, index) => readCase(document, one, index, problems))
  if (problems.hasErrors) return { problems: problems.sorted() }
  const layers = cases.flatMap((one) => one.layers)
  return {
    problems: problems.sorted(),
    sound: {
      ...(document.policy === undefined ? {} : { policy: document.policy }),
      cases,
      decisions: [...new Set(layers.flatMap(({ decision }) => decision ?? []))],
      locate: read.locate,
    },
  }
}

function readCase(
  document: TestsDocument,
  { name, facts, expect, optOuts, reasons }: CaseDocument,
  index: number,
  problems: ProblemCollector,
): WrittenCase {
  const path = ['cases', index]
  const layers = readLayers(document.facts ?? {}, facts, [...path, 'facts'], new Set())
  if (!Array.isArray(layers)) problems.add(layers)
  const read = reasons?.map((reason, at) => readReason(reason, [...path, 'reasons', at], problems))
  return {
    name,
    path,
    layers: Array.isArray(layers) ? layers : [],
    expect: {
      outcome: expect,
      ...(optOuts === undefined ? {} : { optOuts }),
      ...(read === undefined ? {} : { reasons: read }),
    },
  }
}

/** What lies at the bottom comes first. */
function readLayers(
  named: Readonly<Record<string, unknown>>,
  value: unknown,
  path: Path,
  seen: ReadonlySet<string>,
): FactsLayer[] | Finding {
  if (typeof value === 'string') return layersOf(named, value, path, seen)
  if (!isMapping(value)) return notFacts(value, path)
  const { like, decision, ...own } = value
  const layer = { path, value: own as Record<string, Json> }
  if (decision !== undefined) {
    if (like !== undefined || typeof decision !== 'string') return notFacts(decision, path)
    return [{ ...layer, decision }]
  }
  if (like === undefined) return [layer]
  if (typeof like !== 'string') return notFacts(like, [...path, 'like'])
  const base = layersOf(named, like, [...path, 'like'], seen)
  return Array.isArray(base) ? [...base, layer] : base
}

function layersOf(
  named: Readonly<Record<string, unknown>>,
  name: string,
  path: Path,
  seen: ReadonlySet<string>,
): FactsLayer[] | Finding {
  if (!Object.hasOwn(named, name)) {
    const fix = suggestName(name, Object.keys(named))
    const message = 'there are no facts of this name'
    return { code: 'not_one_of', path, message, found: showValue(name), fix }
  }
  if (seen.has(name)) {
    const fix = 'let one of them stand by itself'
    return { code: 'malformed', path, message: 'these facts are like themselves', found: name, fix }
  }
  return readLayers(named, named[name], ['facts', name], new Set([...seen, name]))
}

function notFacts(value: unknown, path: Path): Finding {
  return {
    code: 'wrong_type',
    path,
    message: 'facts belong here',
    found: showValue(value),
    fix: 'write a name of facts, or facts; { like: <name>, … } or { decision: <id>, … } changes some of others',
  }
}

function readReason(value: unknown, path: Path, problems: ProblemCollector): ExpectedReason {
  if (typeof value === 'string') return { code: value }
  for (const finding of checkShape(value, reasonShape, path)) problems.add(finding)
  return isMapping(value) ? (value as unknown as ExpectedReason) : { code: '' }
}
