// Who asks: the id, each claim, and the session, in every way that a condition of either policy tells apart.
import type { Json } from '@countersign/core'
import { allAtoms, atomsAbout } from './atoms-about.ts'
import { distinctOptions, type Options, type Search, type Written } from './dimension.ts'
import { constantsIn, dimensionsIn } from './facts-in.ts'
import { askAtoms } from './probe.ts'
import { anyCandidates, hasManyItems, textCandidates } from './value-candidates.ts'

/** A dimension each. */
export function subjectOptions(search: Search): readonly Options[] {
  const dimensions = new Set(allAtoms(search).flatMap(({ tree }) => [...dimensionsIn(tree)]))
  return [...dimensions].flatMap((dimension) => {
    const write = writerOf(dimension)
    if (write === undefined) return []
    const { atoms, crossing } = atomsAbout(search, dimension)
    const about = [...atoms, ...crossing]
    const isClaim = dimension.startsWith('claim:')
    if (isClaim && hasManyItems(about))
      search.limit(`Not every list of values was tried for ${dimension.replace(':', ' ')}.`)
    const known: readonly Json[] = isClaim
      ? anyCandidates(about)
      : textCandidates(constantsIn(about.map(({ tree }) => tree)))
    const states = dimension === 'subject.id' ? [] : [{ is: 'absent' }, { is: 'unknown' }]
    const options = [...known, ...states].map(write)
    const tell = (side: 'live' | 'candidate') => {
      const truths = askAtoms(search[side].policy, atoms)
      return (facts: Parameters<typeof truths>[0]) => [
        truths(facts),
        crossing.length === 0 ? [] : readFact(dimension, facts),
      ]
    }
    return [distinctOptions(search, options, { live: tell('live'), candidate: tell('candidate') })]
  })
}

function writerOf(dimension: string): ((value: Json) => Written) | undefined {
  if (dimension === 'subject.id') return (id) => ({ subject: { id } })
  if (dimension === 'session.id') return (id) => ({ session: { id } })
  if (!dimension.startsWith('claim:')) return undefined
  const name = dimension.slice('claim:'.length)
  return (value) => ({ subject: { claims: { [name]: value } } })
}

function readFact(
  dimension: string,
  { subject, session }: Parameters<ReturnType<typeof askAtoms>>[0],
): unknown {
  if (dimension === 'subject.id') return subject.id
  if (dimension === 'session.id') return session.id
  return subject.claims[dimension.slice('claim:'.length)]
}
