// What a rule demands, and what a person has proved, in words.
import type { Factor, Requirement } from '@countersign/core'
import { ageAt, lengthOf } from '../output/times.ts'
import type { ExplainedCase } from './explained-case.ts'

/** `aal2 (pwd with otp, or hwk with user), at most 15 minutes old` */
export function requirementWords(
  { acr, amr, maxAgeSeconds, once, bind = [] }: Requirement,
  levels: ExplainedCase['levels'],
): string {
  const parts: string[] = []
  if (acr !== undefined) parts.push(`${acr}${earnedBy(acr, levels)}`)
  if (amr !== undefined && amr.length > 0) parts.push(amr.join(' and '))
  if (parts.length === 0) parts.push('a login or a completed challenge')
  const what = parts.join(', with ')
  const aged =
    maxAgeSeconds === undefined ? what : `${what}, at most ${lengthOf(maxAgeSeconds)} old`
  if (once !== true && bind.length === 0) return aged
  const bound = bind.length === 0 ? '' : ` with its ${joined(bind)}`
  return `${aged}, for this very action${bound}${once === true ? ', once' : ''}`
}

function earnedBy(acr: string, levels: ExplainedCase['levels']): string {
  const sets = levels.find((level) => level.acr === acr)?.amr ?? []
  // the first level is earned by any login
  if (sets.length === 0 || levels[0]?.acr === acr) return ''
  return ` (${either(sets.map((set) => set.join(' with ')))})`
}

/** `pwd (acr aal1), 3 hours before, by the login`: the acr is what it says of itself; methods may earn more. */
export function factorWords({ acr, amr, at: provedAt, from }: Factor, at: number): string {
  const methods = amr.length > 0 ? amr.join(' and ') : 'an unnamed method'
  const level = acr === undefined ? '' : ` (acr ${acr})`
  const age = provedAt === undefined ? 'at a time that is not known' : ageAt(provedAt, at)
  return `${methods}${level}, ${age}, by ${from === 'identity' ? 'the login' : 'a completed challenge'}`
}

/** `a, b or c` */
export function either(names: readonly string[]): string {
  return joined(names, 'or')
}

/** `a, b and c` */
export function joined(names: readonly string[], word = 'and'): string {
  if (names.length < 2) return names.join('')
  return `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)}`
}
