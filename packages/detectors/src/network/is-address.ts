// What is an address: IPv4 in four decimal parts, or IPv6. 127.1 and 010.0.0.1 mean different hosts to different parsers.
import ipaddr from 'ipaddr.js'

export function isAddress(text: string): boolean {
  return text.includes(':') ? ipaddr.IPv6.isValid(text) : ipaddr.IPv4.isValidFourPartDecimal(text)
}
