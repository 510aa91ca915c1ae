// The client's address: in every combination of the networks of both policies.
import ipaddr from 'ipaddr.js'
import { atomsAbout } from './atoms-about.ts'
import { distinctOptions, type Options, type Search, SIDES } from './dimension.ts'
import { constantsIn } from './facts-in.ts'
import { askAtoms, askNetworks } from './probe.ts'

/** Of no network that anybody uses (RFC 5737, RFC 3849). */
const SOMEWHERE = ['198.51.100.7', '2001:db8:7::7']

export function addressOptions(search: Search): Options {
  const lists = SIDES.flatMap((side) =>
    Object.values(search[side].optOuts).flatMap((optOut) =>
      'networks' in optOut ? [optOut.networks] : [],
    ),
  )
  const { atoms } = atomsAbout(search, 'address')
  if (lists.length === 0 && atoms.length === 0) return []
  const { texts } = constantsIn(atoms.map(({ tree }) => tree))
  const written = [...SOMEWHERE, ...lists.flat().flatMap(edgesOf), ...texts, ...texts.map(longer)]
  const options = [...written.map((address) => ({ address })), { address: { is: 'unknown' } }]
  const tell = (side: 'live' | 'candidate') => {
    const { policy } = search[side]
    const truths = askAtoms(policy, atoms)
    const networks = askNetworks(policy, lists)
    return (facts: Parameters<typeof truths>[0]) => [truths(facts), networks(facts)]
  }
  return distinctOptions(search, options, { live: tell('live'), candidate: tell('candidate') })
}

/** A line of addresses is cut by its networks: every piece begins with one, or right behind one. */
function edgesOf(network: string): string[] {
  const [address, bits] = ipaddr.parseCIDR(network)
  const first = address.toByteArray()
  const after = [...first]
  let carry = true
  for (let index = bits - 1; index >= 0 && carry; index--) {
    const bit = 1 << (7 - (index % 8))
    const at = Math.floor(index / 8)
    carry = ((after[at] ?? 0) & bit) !== 0
    after[at] = (after[at] ?? 0) ^ bit
  }
  return [first, ...(carry ? [] : [after])].map((bytes) => ipaddr.fromByteArray(bytes).toString())
}

function longer(text: string): string {
  return `${text}1`
}
