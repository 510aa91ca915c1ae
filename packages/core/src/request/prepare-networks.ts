// Lists of networks, parsed once, asked per request.
import ipaddr from 'ipaddr.js'
import { ConfigurationError, describeValue } from '../configuration-error.ts'
import { canonicalAddress } from './canonical-address.ts'

type Network = readonly [address: ipaddr.IPv4 | ipaddr.IPv6, bits: number]

/**
 * Whether an address lies in any of the networks. An empty list holds nobody. IPv4 addresses lie in IPv4 networks
 * only (`::/0` does not hold them); an IPv4-mapped network is that IPv4 network.
 *
 * @param cidrs networks such as `10.0.0.0/8`, or single addresses
 * @param path the option or the place in the policy that error messages name
 * @throws ConfigurationError `network_malformed`, `network_host_bits`
 */
export function prepareNetworks(
  cidrs: readonly string[],
  path = 'networks',
): (address: string) => boolean {
  const networks = cidrs.map((cidr, index) => parseNetwork(cidr, `${path}[${index}]`))

  return function contains(text) {
    const canonical = canonicalAddress(text)
    if (canonical === undefined) return false
    const address = ipaddr.parse(canonical)
    return networks.some((network) => holds(network, address))
  }
}

function holds([network, bits]: Network, address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return address.kind() === network.kind() && address.match(network, bits)
}

function parseNetwork(cidr: unknown, path: string): Network {
  const [, text = '', length] =
    (typeof cidr === 'string' && /^([^/]+)(?:\/(\d{1,3}))?$/.exec(cidr)) || []
  const canonical = canonicalAddress(text)
  if (canonical === undefined) throw malformed(cidr, path)
  const address = ipaddr.parse(canonical)
  const width = address.kind() === 'ipv4' ? 32 : 128
  // the length of a mapped network counts from the front of its IPv6 spelling
  const bits =
    length === undefined ? width : Number(length) - (text.includes(':') ? 128 - width : 0)
  if (bits < 0 || bits > width) throw malformed(cidr, path)
  assertNoHostBits(address, bits, cidr, path)
  return [address, bits]
}

function assertNoHostBits(
  address: ipaddr.IPv4 | ipaddr.IPv6,
  bits: number,
  cidr: unknown,
  path: string,
): void {
  const kind = address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6
  const first = kind.networkAddressFromCIDR(`${address.toString()}/${bits}`).toString()
  if (first === address.toString()) return
  throw new ConfigurationError({
    code: 'network_host_bits',
    path,
    problem: 'must be a network, and this one has bits set behind its length',
    got: describeValue(cidr),
    fix: `Write '${first}/${bits}' for the network, or '${address.toString()}' for the one address.`,
  })
}

function malformed(cidr: unknown, path: string): ConfigurationError {
  return new ConfigurationError({
    code: 'network_malformed',
    path,
    problem: 'must be a network in CIDR notation or an address',
    got: describeValue(cidr),
    fix: "Write it as '10.0.0.0/8', '2001:db8::/32' or '192.0.2.7'; names such as 'loopback' are not known.",
  })
}
