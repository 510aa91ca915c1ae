// One spelling per address, so that two spellings of one client are never two clients.
import ipaddr from 'ipaddr.js'

// 127.1, 0177.0.0.1, 0x7f.1 and 010.0.0.1 mean different hosts to different parsers: none of them is an address here
const FOUR_PART_DECIMAL = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/
const IPV6_ALPHABET = /^[0-9a-f:]{2,39}$/i

/**
 * The address in its canonical form (RFC 5952; IPv4 in four decimal parts), an IPv4-mapped one as IPv4. Undefined for
 * anything else: names, ports, zone ids, octal, hexadecimal or shortened IPv4.
 */
export function canonicalAddress(text: string): string | undefined {
  if (FOUR_PART_DECIMAL.test(text)) return text
  const hexadecimal = withoutDecimalTail(text)
  if (hexadecimal === undefined || !ipaddr.IPv6.isValid(hexadecimal)) return undefined
  const address = ipaddr.IPv6.parse(hexadecimal)
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toString()
}

/** `::ffff:192.0.2.1` as `::ffff:c000:201`: the parser would read `::192.0.2.1` as mapped too, and it is not. */
function withoutDecimalTail(text: string): string | undefined {
  if (text.length > 45) return undefined
  const tail = text.slice(text.lastIndexOf(':') + 1)
  if (!tail.includes('.')) return IPV6_ALPHABET.test(text) ? text : undefined
  if (!FOUR_PART_DECIMAL.test(tail)) return undefined
  const [a = 0, b = 0, c = 0, d = 0] = tail.split('.').map(Number)
  const hexadecimal = `${text.slice(0, -tail.length)}${hex(a, b)}:${hex(c, d)}`
  return IPV6_ALPHABET.test(hexadecimal) ? hexadecimal : undefined
}

function hex(high: number, low: number): string {
  return ((high << 8) | low).toString(16)
}
