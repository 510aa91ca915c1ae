// Whether a candidate may let somebody go on who could not before: for whoever has to know before it is put in force.
import type { CompiledPolicy } from '@countersign/core'
import { comparePolicies } from './compare-policies.ts'

/** An app is asked between two requests: what takes longer than about a second is not looked for. */
const MOST_SITUATIONS = 20_000

/** True too where the search is not complete: what was not looked at may be so. */
export function mayLoosen(live: CompiledPolicy, candidate: CompiledPolicy): boolean {
  const { differences, complete } = comparePolicies(live, candidate, { most: MOST_SITUATIONS })
  return !complete || differences.some(({ kind }) => LOOSENS.has(kind))
}

const LOOSENS: ReadonlySet<string> = new Set(['newly-waived', 'newly-passed'])
