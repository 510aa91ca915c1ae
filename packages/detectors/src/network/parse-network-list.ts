// Many networks, asked for one address: a table for each length of prefix, so that a long list costs no more.
import { ConfigurationError, describeValue } from '@countersign/core'
import ipaddr from 'ipaddr.js'
import { isAddress } from './is-address.ts'

export interface NetworkSet {
  readonly size: number
  /** The network that holds the address, as it is written in the list. */
  find(address: string): string | undefined
}

type Address = ipaddr.IPv4 | ipaddr.IPv6

/**
 * One network or address a line; `#` and `;` begin comments. Bits behind a network's length are cut off, as lists in
 * circulation have them.
 *
 * @throws ConfigurationError `network_list_malformed`, which names the line
 */
export function parseNetworkList(text: string, path: string): NetworkSet {
  const lengths = { ipv4: new Map<number, Set<string>>(), ipv6: new Map<number, Set<string>>() }
  let size = 0
  for (const [index, line] of text.split('\n').entries()) {
    const entry = line.replace(/[#;].*/, '').trim()
    if (entry === '') continue
    const [address, bits] = parseEntry(entry) ?? refuse(path, index + 1, entry)
    const table = lengths[address.kind()]
    const known = table.get(bits) ?? new Set()
    table.set(bits, known.add(prefixKey(address, bits)))
    size += 1
  }
  return {
    size,
    find(text) {
      if (!isAddress(text)) return undefined
      const address = ipaddr.process(text)
      for (const [bits, known] of lengths[address.kind()])
        if (known.has(prefixKey(address, bits))) return toText(address, bits)
      return undefined
    },
  }
}

function parseEntry(entry: string): [Address, number] | undefined {
  const [, text = '', length] = /^([0-9a-f.:]{2,45})(?:\/(\d{1,3}))?$/i.exec(entry) ?? []
  if (!isAddress(text)) return undefined
  const given = ipaddr.parse(text)
  const address = ipaddr.process(text)
  const cut = given.kind() === address.kind() ? 0 : 96
  const width = address.kind() === 'ipv4' ? 32 : 128
  const bits = length === undefined ? width : Number(length) - cut
  return bits >= 0 && bits <= width ? [address, bits] : undefined
}

function prefixKey(address: Address, bits: number): string {
  const bytes = address.toByteArray()
  let key = ''
  for (let i = 0, left = bits; left > 0; i++, left -= 8)
    key += String.fromCharCode(
      (bytes[i] as number) & (left >= 8 ? 0xff : (0xff << (8 - left)) & 0xff),
    )
  return key
}

function toText(address: Address, bits: number): string {
  const kind = address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6
  return `${kind.networkAddressFromCIDR(`${address}/${bits}`)}/${bits}`
}

function refuse(path: string, line: number, entry: string): never {
  throw new ConfigurationError({
    code: 'network_list_malformed',
    path,
    problem: `has a line ${line} that is no network`,
    got: describeValue(entry),
    fix: "Write one network a line, such as '192.0.2.0/24' or '2001:db8::/32'.",
  })
}
