// Values to try for a fact: the constants that it is compared with, what lies between and beside them, and what is
// like none of them.
import type { Json } from '@countersign/core'
import type { Atom } from '../cel/condition-atoms.ts'
import { type Constants, constantsIn } from './facts-in.ts'

const MOST_IN_LISTS = 4

export function textCandidates({ texts }: Constants): readonly string[] {
  const longer = texts.flatMap((text) => [`${text}x`, `x${text}`])
  const joined =
    texts.length <= MOST_IN_LISTS ? texts.flatMap((a) => texts.map((b) => `${a}${b}`)) : []
  return [likeNone(texts), '', ...texts, ...longer, ...joined]
}

/** Begins with, contains and is none of them. */
function likeNone(texts: readonly string[]): string {
  const found = ['somebody', 'anyone', 'X'].find(
    (word) => !texts.some((text) => text !== '' && word.includes(text)),
  )
  return found ?? `~${texts.join('')}`
}

/** Each constant, and one number in every gap between them. */
export function numberCandidates(points: readonly number[], integer: boolean): readonly number[] {
  const sorted = [...new Set(points)].sort((a, b) => a - b)
  const between = sorted.slice(1).map((point, index) => (point + (sorted[index] ?? point)) / 2)
  const beyond = sorted.flatMap((point) => [point - 1, point + 1])
  const all = [1, ...sorted, ...between, ...beyond]
  return [...new Set(integer ? all.map(Math.trunc) : all)]
}

/** Of any type, as claims are. */
export function anyCandidates(atoms: readonly Atom[]): readonly Json[] {
  const constants = constantsIn(atoms.map(({ tree }) => tree))
  const scalars: Json[] = [
    ...textCandidates(constants),
    ...numberCandidates(constants.numbers, false),
    true,
    false,
  ]
  const items = [...constants.texts, ...constants.numbers, 'something'].slice(0, MOST_IN_LISTS + 1)
  const maps = constants.keys.flatMap((key) => scalars.map((value) => ({ [key]: value })))
  const full = scalars.map((value) => Object.fromEntries(constants.keys.map((key) => [key, value])))
  return [...scalars, ...subsets(items), ...(constants.keys.length === 0 ? [] : [...maps, ...full])]
}

function subsets(items: readonly Json[]): readonly Json[] {
  return items.reduce<readonly Json[][]>(
    (all, item) => all.flatMap((list) => [list, [...list, item]]),
    [[]],
  )
}

/** More constants than lists are made of: not every set of them was tried. */
export function hasManyItems(atoms: readonly Atom[]): boolean {
  const searched = atoms.filter(({ tree }) => tree.op === 'in' && tree.left.op === 'literal')
  return searched.length > MOST_IN_LISTS
}
