// The signals of facts: those that are left out are absent, unless absentSignals says which are, as a record does.
import type { CompiledPolicy, Facts, Signal } from '@countersign/core'
import { FactsError } from './facts-error.ts'
import { readMapping } from './read-mapping.ts'

const STATES = ['present', 'absent', 'unjudged', 'unknown'] as const

/** @throws FactsError */
export function readSignals(
  policy: CompiledPolicy,
  given: unknown,
  absent: unknown,
): Facts['signals'] {
  const signals: Record<string, Signal> = {}
  for (const code of absentCodes(policy, absent))
    signals[code] = { is: 'absent', share: 0, until: 0 }
  for (const [code, one] of Object.entries(readMapping(given ?? {}, ['signals'])))
    signals[code] = readSignal(code, one)
  return signals
}

function readSignal(code: string, given: unknown): Signal {
  const path = ['signals', code]
  const { is, share = is === 'present' ? 1 : 0 } =
    typeof given === 'string' ? { is: given } : readMapping(given, path)
  const known = STATES.find((one) => one === is)
  if (known === undefined)
    throw new FactsError(
      path,
      'has to be present, absent, unjudged or unknown',
      is,
      `Write "${code}": "present".`,
    )
  if (typeof share !== 'number' || !(share >= 0 && share <= 1))
    throw new FactsError(
      [...path, 'share'],
      'has to be a number from 0 to 1',
      share,
      'Leave it out for 1.',
    )
  return { is: known, share, until: 0 }
}

function absentCodes(policy: CompiledPolicy, given: unknown): readonly string[] {
  if (given === undefined) return namedSignals(policy)
  if (Array.isArray(given) && given.every((code) => typeof code === 'string')) return given
  throw new FactsError(
    ['absentSignals'],
    'has to be a list of codes',
    given,
    'Leave it out for all.',
  )
}

/** Every code that the policy names. */
function namedSignals(policy: CompiledPolicy): readonly string[] {
  const { external, threatModels, rules, optOuts, segments } = policy
  const conditions = [rules, Object.values(optOuts), Object.values(segments)].flat()
  const codes = new Set([
    ...external,
    ...Object.values(threatModels).flatMap((model) => Object.keys(model.signals)),
    ...conditions.flatMap(({ when }) => when?.reads.signals ?? []),
  ])
  codes.delete('cold-start')
  return [...codes].sort()
}
