// What is counted as one client: an IPv4 address, or the /64 that one IPv6 customer has at least.
import ipaddr from 'ipaddr.js'
import { canonicalAddress } from './canonical-address.ts'

/** All that is no address shares one key: it is counted together, never not at all. */
const UNKNOWN = 'unknown'

/** The key to limit attempts by (T36): with more addresses than can be counted, one IPv6 customer would be many. */
export function rateKey(address: string): string {
  const canonical = canonicalAddress(address)
  if (canonical === undefined) return UNKNOWN
  if (!canonical.includes(':')) return canonical
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${canonical}/64`).toString()}/64`
}
