// The network that one customer has at least: the /24 of an IPv4 address, the /64 of an IPv6 one.
import ipaddr from 'ipaddr.js'

/** @throws for what is no address */
export function prefixOf(address: string): string {
  const kind = ipaddr.parse(address).kind()
  return kind === 'ipv4'
    ? `${ipaddr.IPv4.networkAddressFromCIDR(`${address}/24`)}/24`
    : `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/64`)}/64`
}
