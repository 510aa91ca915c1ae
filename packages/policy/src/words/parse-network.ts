// Networks in CIDR notation, in the one canonical form in which addresses are compared.
import ipaddr from 'ipaddr.js'

export type ParsedNetwork =
  | { readonly ok: true; readonly network: string; readonly everywhere: boolean }
  /** `write` is what was probably meant. */
  | { readonly ok: false; readonly write?: string }

/** Refuses host bits and IPv4 in IPv6's clothes: what it says has to be what it means. */
export function parseNetwork(text: string): ParsedNetwork {
  const [address = '', prefix, ...rest] = text.split('/')
  if (rest.length > 0 || !isAddress(address)) return { ok: false }
  const parsed = ipaddr.parse(address)
  const bits = parsed.kind() === 'ipv4' ? 32 : 128
  const length = prefix === undefined ? bits : readPrefix(prefix, bits)
  if (length === undefined) return { ok: false }
  const network = toNetwork(parsed, length)
  const isExact = prefix !== undefined && network.written === `${canonical(parsed)}/${length}`
  if (!isExact || network.mapped) return { ok: false, write: network.text }
  return { ok: true, network: network.text, everywhere: length === 0 }
}

function isAddress(text: string): boolean {
  if (text.includes(':')) return !text.includes('%') && ipaddr.IPv6.isValid(text)
  return ipaddr.IPv4.isValidFourPartDecimal(text)
}

function readPrefix(text: string, bits: number): number | undefined {
  if (!/^(0|[1-9][0-9]{0,2})$/.test(text)) return undefined
  const length = Number(text)
  return length <= bits ? length : undefined
}

function toNetwork(
  address: ipaddr.IPv4 | ipaddr.IPv6,
  length: number,
): { text: string; written: string; mapped: boolean } {
  const bytes = address.toByteArray().map((byte, index) => {
    const kept = Math.min(8, Math.max(0, length - index * 8))
    return byte & (0xff << (8 - kept)) & 0xff
  })
  const network = ipaddr.fromByteArray(bytes)
  const written = `${canonical(network)}/${length}`
  if (network instanceof ipaddr.IPv6 && network.isIPv4MappedAddress() && length >= 96) {
    return { text: `${network.toIPv4Address().toString()}/${length - 96}`, written, mapped: true }
  }
  return { text: written, written, mapped: false }
}

function canonical(address: ipaddr.IPv4 | ipaddr.IPv6): string {
  return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString()
}
