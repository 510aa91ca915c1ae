// The one way in: text or document, to all of its problems and, where there is no error, the compiled policy.
import type { CompiledPolicy } from '@countersign/core'
import { buildPolicy } from './compile/build-policy.ts'
import { checkMeaning } from './lint/check-meaning.ts'
import type { PolicyDocument } from './policy-document.ts'
import { formatPath, type PolicyProblem } from './problems/policy-problem.ts'
import { ProblemCollector } from './problems/problem-collector.ts'
import { checkShape } from './schema/check-shape.ts'
import { policyShape } from './schema/policy-shape.ts'
import { readPolicyObject } from './text/read-policy-object.ts'
import { type ReadPolicy, readPolicyText } from './text/read-policy-text.ts'

export interface PolicyOptions {
  /** Named in the messages of errors. */
  readonly file?: string | undefined
  /** Milliseconds since the epoch: opt-outs end at most a year after it. @default Date.now() */
  readonly now?: number | undefined
}

export interface Inspection {
  /** In the order of the text. */
  readonly problems: readonly PolicyProblem[]
  /** Absent where any problem is an error. */
  readonly sound?: { readonly document: PolicyDocument; readonly compiled: CompiledPolicy }
}

export function inspectPolicy(input: unknown, options: PolicyOptions = {}): Inspection {
  const read = typeof input === 'string' ? readPolicyText(input) : readPolicyObject(input)
  const problems = new ProblemCollector(read.locate)
  for (const finding of read.findings) problems.add(finding)
  if (read.value === undefined) return { problems: problems.sorted() }
  const unread = unreadPlaces(read)
  for (const finding of checkShape(read.value, policyShape, [])) {
    if (!unread.has(formatPath(finding.path))) problems.add(finding)
  }
  const conditions = checkMeaning(read.value, options.now ?? Date.now(), problems)
  if (problems.hasErrors) return { problems: problems.sorted() }
  const document = read.value as unknown as PolicyDocument
  return {
    problems: problems.sorted(),
    sound: { document, compiled: buildPolicy(document, conditions) },
  }
}

/** What could not be read has been told: that nothing stands in its place would be a second problem for one mistake. */
function unreadPlaces(read: ReadPolicy): ReadonlySet<string> {
  const paths = read.findings.map(({ path }) => path)
  return new Set(paths.filter((path) => path.length > 0).map(formatPath))
}
