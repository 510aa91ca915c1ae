// The network of a request's address. Private and reserved addresses have none, which is no failure.
import type { DetectorScene } from '@countersign/core'
import ipaddr from 'ipaddr.js'
import { isAddress } from './is-address.ts'
import type { Geography, Network } from './network.ts'

export type NetworkReading =
  | { readonly is: 'known'; readonly address: string; readonly network: Network }
  /** An address that belongs to no place: private, loopback, link-local. */
  | { readonly is: 'private'; readonly address: string }
  | { readonly is: 'unknown' }

const NO_NETWORK: Network = Object.freeze({})

/** @throws where the geography cannot tell */
export function readNetwork(
  { address }: Pick<DetectorScene, 'address'>,
  geography: Geography | undefined,
): NetworkReading {
  if (address.is !== 'known' || !isAddress(address.value)) return { is: 'unknown' }
  if (isPrivate(address.value)) return { is: 'private', address: address.value }
  return {
    is: 'known',
    address: address.value,
    network: geography?.lookUp(address.value) ?? NO_NETWORK,
  }
}

const PRIVATE: ReadonlySet<string> = new Set([
  'private',
  'loopback',
  'linkLocal',
  'uniqueLocal',
  'carrierGradeNat',
  'unspecified',
])

function isPrivate(address: string): boolean {
  return PRIVATE.has(ipaddr.parse(address).range())
}
