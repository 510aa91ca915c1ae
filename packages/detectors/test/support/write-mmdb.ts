// A small database in MaxMind's format, for tests: networks and their records, records of 24 bits, IPv6 with IPv4 in it.
import ipaddr from 'ipaddr.js'

type Value = string | number | boolean | { readonly [key: string]: Value }

const MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1')

export function writeMmdb(
  networks: Readonly<Record<string, Value>>,
  more: Readonly<Record<string, Value>> = {},
): Buffer {
  const nodes: [Branch, Branch][] = [[undefined, undefined]]
  const data: Buffer[] = []
  let length = 0
  for (const [cidr, record] of Object.entries(networks)) {
    put(nodes, bitsOf(cidr), { data: length })
    const encoded = encode(record)
    data.push(encoded)
    length += encoded.length
  }
  const tree = Buffer.concat(
    nodes.map((node) => {
      const bytes = Buffer.alloc(6)
      node.forEach((branch, side) => {
        const value =
          branch === undefined
            ? nodes.length
            : 'node' in branch
              ? branch.node
              : nodes.length + 16 + branch.data
        bytes.writeUIntBE(value, side * 3, 3)
      })
      return bytes
    }),
  )
  const metadata = encode({
    ...{ node_count: nodes.length, record_size: 24, ip_version: 6, database_type: 'Test' },
    ...{ binary_format_major_version: 2, binary_format_minor_version: 0, build_epoch: 1, ...more },
  })
  return Buffer.concat([tree, Buffer.alloc(16), ...data, MARKER, metadata])
}

type Branch = undefined | { readonly node: number } | { readonly data: number }

function put(nodes: [Branch, Branch][], bits: readonly (0 | 1)[], leaf: Branch): void {
  let at = 0
  for (const [i, bit] of bits.entries()) {
    const node = nodes[at] as [Branch, Branch]
    if (i === bits.length - 1) {
      node[bit] = leaf
      return
    }
    const next = node[bit]
    if (next !== undefined && 'node' in next) at = next.node
    else {
      nodes.push([undefined, undefined])
      node[bit] = { node: nodes.length - 1 }
      at = nodes.length - 1
    }
  }
}

function bitsOf(cidr: string): (0 | 1)[] {
  const [address, length] = ipaddr.parseCIDR(cidr)
  const bytes = address.toByteArray()
  const bits = bytes.flatMap((byte) =>
    [7, 6, 5, 4, 3, 2, 1, 0].map((i) => ((byte >> i) & 1) as 0 | 1),
  )
  const lead = address.kind() === 'ipv4' ? Array.from({ length: 96 }, () => 0 as const) : []
  return [...lead, ...bits.slice(0, length)]
}

function encode(value: Value): Buffer {
  if (typeof value === 'string')
    return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)])
  if (typeof value === 'boolean') return Buffer.from([value ? 1 : 0, 7])
  if (typeof value === 'number')
    return Number.isInteger(value) && value >= 0 ? unsigned(value) : double(value)
  const entries = Object.entries(value)
  return Buffer.concat([
    control(7, entries.length),
    ...entries.flatMap(([key, one]) => [encode(key), encode(one)]),
  ])
}

function control(type: number, size: number): Buffer {
  if (size < 29) return Buffer.from([(type << 5) | size])
  return Buffer.from([(type << 5) | 29, size - 29])
}

function unsigned(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return Buffer.concat([control(6, 4), bytes])
}

function double(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(value)
  return Buffer.concat([control(3, 8), bytes])
}
