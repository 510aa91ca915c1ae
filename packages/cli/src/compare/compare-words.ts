// A comparison in words: what became of whom, why, and facts that show it.
import type { Comparison, Decided, Difference } from '@countersign/policy'
import type { Paint } from '../output/paint.ts'
import { printable } from '../output/printable.ts'
import { hanging } from '../output/wrap.ts'
import { counted } from '../policy-input.ts'

const HEADINGS: Readonly<Record<Difference['kind'], string>> = {
  'newly-waived': 'Newly waived: an opt-out stands in for a step-up',
  'newly-passed': 'Newly passed: nothing more is demanded',
  'newly-demanded': 'Newly demanded: passed before, goes on by an opt-out only',
  'newly-challenged': 'Newly challenged: has to step up',
  'newly-denied': 'Newly denied',
}
const LOOSER: readonly Difference['kind'][] = ['newly-waived', 'newly-passed']

/** @param files where the facts of each difference were written to */
export function compareWords(
  comparison: Comparison,
  paint: Paint,
  files: ReadonlyMap<Difference, string>,
): string {
  const { differences } = comparison
  const kinds = [...new Set(differences.map(({ kind }) => kind))]
  const parts = kinds.map((kind) => {
    const all = differences.filter((one) => one.kind === kind)
    const colour = LOOSER.includes(kind) ? paint.bad : paint.heading
    return `${colour(HEADINGS[kind])}\n${all.map((one) => differenceWords(one, files)).join('\n')}`
  })
  return [...parts, endWords(comparison, paint)].join('\n')
}

function differenceWords(one: Difference, files: ReadonlyMap<Difference, string>): string {
  const { action, live, candidate, situations, facts } = one
  const file = files.get(one)
  return [
    `  ${action}, in ${counted(situations, 'kind')} of situations`,
    `    live       ${decidedWords(live)}`,
    `    candidate  ${decidedWords(candidate)}`,
    file === undefined ? `    facts      ${JSON.stringify(facts)}` : `    facts      ${file}`,
  ]
    .flatMap((line) =>
      line.startsWith('    facts') ? [printable(line)] : hanging(printable(line), 11),
    )
    .map((line) => `${line}\n`)
    .join('')
}

function decidedWords({ outcome, optOuts, why }: Decided): string {
  return `${outcome}${optOuts.length === 0 ? '' : ` by ${optOuts.join(' and ')}`}: ${why}`
}

function endWords({ differences, complete, limits, situations }: Comparison, paint: Paint): string {
  const found =
    differences.length === 0 ? 'No difference' : counted(differences.length, 'difference')
  const looked = `${found} in ${counted(situations, 'kind')} of situations.`
  if (complete) return paint.good(`${looked} The search is complete: there are no others.\n`)
  const why = limits.map((limit) => `  ${printable(limit)}\n`).join('')
  return `${paint.bad(`${looked} The search is not complete, so there may be others:`)}\n${why}`
}
