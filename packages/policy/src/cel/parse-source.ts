// Source to syntax tree, within bounds (T52), and syntax errors in words.
import { type ASTNode, type Environment, ParseError } from '@marcbachmann/cel-js'
import type { ConditionProblem } from './condition-problem.ts'
import { explainSyntax } from './explain-syntax.ts'

/** UTF-16 units. */
const MAX_SOURCE_LENGTH = 4_096

export const LIMITS = {
  maxAstNodes: 1_000,
  maxDepth: 64,
  maxListElements: 256,
  maxMapEntries: 256,
  maxCallArguments: 8,
}

export type ParsedSource =
  | { readonly ok: true; readonly ast: ASTNode; readonly check: () => ConditionProblem | undefined }
  | { readonly ok: false; readonly problem: ConditionProblem }

/** `environment` declares the names, for the library's own type check. */
export function parseSource(source: string, environment: Environment): ParsedSource {
  if (source.length > MAX_SOURCE_LENGTH) return refused(tooLong(source))
  try {
    const parsed = environment.parse(source)
    return { ok: true, ast: parsed.ast, check: () => typeProblem(source, parsed.check()) }
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    return refused(explainSyntax(source, error))
  }
}

/** What our own checker let through and the library's does not: two have to agree. */
function typeProblem(
  source: string,
  result: ReturnType<ReturnType<Environment['parse']>['check']>,
): ConditionProblem | undefined {
  if (result.valid) return undefined
  const start = result.error?.range?.start ?? 0
  return {
    message: `The types do not fit together: ${result.error?.summary ?? 'they cannot be settled'}.`,
    found: source.slice(start, result.error?.range?.end ?? source.length),
    fix: 'Write operands of the types that the operator takes.',
    offset: start,
  }
}

function tooLong(source: string): ConditionProblem {
  return {
    message: `The condition is ${source.length} characters long; ${MAX_SOURCE_LENGTH} are the limit.`,
    found: `${source.slice(0, 40)}…`,
    fix: 'Split it over several rules, or put what it lists into a signal or an attribute.',
    offset: 0,
  }
}

function refused(problem: ConditionProblem): ParsedSource {
  return { ok: false, problem }
}
