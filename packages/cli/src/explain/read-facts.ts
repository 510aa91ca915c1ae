// A file of facts, as JSON.
import type { CompiledPolicy } from '@countersign/core'
import { FactsError, readSituation, type Situation } from '@countersign/policy'
import { CliError } from '../cli-error.ts'
import { EXIT } from '../exit-code.ts'

/** @throws CliError where something in it cannot be read, naming its place */
export function readFacts(
  text: string,
  file: string,
  policy: CompiledPolicy,
  now: number,
): Situation {
  try {
    return readSituation(JSON.parse(text), policy, now)
  } catch (error) {
    if (!(error instanceof FactsError) && !(error instanceof SyntaxError)) throw error
    const problem = error instanceof FactsError ? error.message : `is no JSON: ${error.message}`
    throw new CliError(EXIT.found, 'facts_malformed', `${file}: ${problem}`)
  }
}
