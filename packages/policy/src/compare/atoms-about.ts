// The atoms of both policies that read facts of one dimension.
import type { Atom } from '../cel/condition-atoms.ts'
import { type Search, SIDES } from './dimension.ts'
import { dimensionsIn } from './facts-in.ts'
import { isListable } from './is-listable.ts'

export interface AtomsAbout {
  /** Those that read nothing else. */
  readonly atoms: readonly Atom[]
  /** Those that read other dimensions too. */
  readonly crossing: readonly Atom[]
}

export function atomsAbout(search: Search, dimension: string): AtomsAbout {
  const about = allAtoms(search).filter(({ tree }) => dimensionsIn(tree).has(dimension))
  const crossing = about.filter(({ tree }) => dimensionsIn(tree).size > 1)
  return { atoms: about.filter((atom) => !crossing.includes(atom)), crossing }
}

export function allAtoms(search: Search): readonly Atom[] {
  const all = SIDES.flatMap((side) => search[side].atoms)
  return [...new Map(all.map((atom) => [atom.text, atom])).values()]
}

/** Says of which atoms only examples are tried. */
export function tellInfinite(search: Search): void {
  for (const { text, tree } of allAtoms(search)) {
    const { size } = dimensionsIn(tree)
    if (size > 1 || (size === 1 && !isListable(tree)))
      search.limit(`Of ${text} only examples were tried: its values cannot be listed.`)
  }
}
