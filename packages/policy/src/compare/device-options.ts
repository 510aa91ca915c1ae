// The remembered device: not there, and there, trusted and used at ages around each limit.
import type { Json } from '@countersign/core'
import { atomsAbout } from './atoms-about.ts'
import { distinctOptions, moment, type Options, type Search, SIDES } from './dimension.ts'
import { constantsIn } from './facts-in.ts'
import { askAtoms } from './probe.ts'

export function deviceOptions(search: Search): Options {
  const limits = SIDES.flatMap((side) =>
    Object.values(search[side].optOuts).flatMap((optOut) =>
      optOut.kind === 'trusted-device' ? [optOut] : [],
    ),
  )
  const { atoms } = atomsAbout(search, 'device')
  if (limits.length === 0 && atoms.length === 0) return []
  const ends = limits.flatMap(({ overallMs, idleMs }) => [overallMs, idleMs])
  const ages = [...new Set([60_000, ...ends, ...ends.map((end) => end + 1_000)])].sort(
    (a, b) => a - b,
  )
  const ids = [...constantsIn(atoms.map(({ tree }) => tree)).texts, 'some-device']
  const { at } = search
  const known = ids.flatMap((id) =>
    ages.flatMap((trusted) =>
      ages
        .filter((used) => used <= trusted)
        .map(
          (used): Json => ({
            id,
            trustedAt: moment(at - trusted),
            usedAt: moment(at - used),
          }),
        ),
    ),
  )
  const options = [{ is: 'absent' }, { is: 'unknown' }, ...known].map((device) => ({ device }))
  const tell = (side: 'live' | 'candidate') => {
    const ask = askAtoms(search[side].policy, atoms)
    return (facts: Parameters<typeof ask>[0]) => [
      ask(facts),
      limits.map(({ overallMs, idleMs }) =>
        facts.device.is === 'known'
          ? at - facts.device.value.trustedAt <= overallMs &&
            at - facts.device.value.usedAt <= idleMs
          : 'none',
      ),
    ]
  }
  return distinctOptions(search, options, { live: tell('live'), candidate: tell('candidate') })
}
