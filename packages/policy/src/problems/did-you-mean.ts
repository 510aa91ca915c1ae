// What to write in place of a name that is not known.
import { didYouMean } from '@countersign/core'

export { didYouMean }

/** "did you mean x?" where one is near, else the list of what there is. */
export function suggestName(word: string, candidates: Iterable<string>): string {
  const all = [...candidates]
  const near = didYouMean(word, all)
  if (near !== undefined) return `did you mean ${near}?`
  if (all.length === 0) return 'there is none to name here'
  const shown = all.slice(0, 12).join(', ')
  return `write one of ${shown}${all.length > 12 ? ', …' : ''}`
}
