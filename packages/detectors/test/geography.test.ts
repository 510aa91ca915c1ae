// Databases in MaxMind's format: their editions, files that change, and files that are no databases any more.
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigurationError } from '@countersign/core'
import fc from 'fast-check'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { readBrowser } from '../src/browser/read-browser.ts'
import { anonymousNetwork, createGeography } from '../src/index.ts'
import { openDatabase } from '../src/network/open-database.ts'
import { parseNetworkList } from '../src/network/parse-network-list.ts'
import { toNetwork } from '../src/network/to-network.ts'
import { sceneOf, wordOf } from './support/scene.ts'
import { writeMmdb } from './support/write-mmdb.ts'

// machines are busy: what is waited for comes, but not always within a second
const PATIENT = { timeout: 20_000 }

const dir = mkdtempSync(join(tmpdir(), 'geography-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function fileOf(name: string, content: Buffer): string {
  const path = join(dir, name)
  writeFileSync(path, content)
  return path
}

const CITY = writeMmdb({
  '198.51.100.0/24': {
    country: { iso_code: 'NO', names: { en: 'Norway' } },
    location: { latitude: 59.9, longitude: 10.7, accuracy_radius: 20 },
  },
  '2001:db8::/32': { country: { iso_code: 'DE' }, location: { latitude: 52.5, longitude: -13.4 } },
})
const ASN = writeMmdb({ '198.51.100.0/24': { autonomous_system_number: 64500 } })
const ANONYMOUS = writeMmdb({
  '198.51.100.128/25': { is_anonymous: true, is_anonymous_vpn: true },
  '203.0.113.0/24': { is_hosting_provider: true },
})

describe('createGeography', () => {
  const geography = createGeography({
    files: [
      fileOf('city.mmdb', CITY),
      fileOf('asn.mmdb', ASN),
      fileOf('anonymous.mmdb', ANONYMOUS),
    ],
  })
  const oslo = { latitude: 59.9, longitude: 10.7, accuracyKm: 20 }
  test.each([
    {
      name: 'city and operator',
      from: '198.51.100.7',
      network: { asn: 64500, country: 'NO', place: oslo },
    },
    {
      name: 'and a VPN',
      from: '198.51.100.200',
      network: { asn: 64500, country: 'NO', place: oslo, hides: 'vpn' },
    },
    { name: 'a hosting network', from: '203.0.113.9', network: { hides: 'hosting' } },
    {
      name: 'IPv6',
      from: '2001:db8::1',
      network: { country: 'DE', place: { latitude: 52.5, longitude: -13.4, accuracyKm: 100 } },
    },
    { name: 'in none of them', from: '192.0.2.1', network: undefined },
  ])('$name', ({ from, network }) => {
    expect(geography.lookUp(from)).toEqual(network)
    expect(geography.lookUp(from)).toEqual(network)
  })

  test('reads a file again when it changes, and keeps what it had while it is broken', async () => {
    const now = vi.spyOn(performance, 'now')
    let later = performance.now()
    try {
      const path = fileOf('changing.mmdb', ASN)
      const warn = vi.fn()
      const changing = createGeography({ files: [path], logger: { warn } })
      const look = () => {
        later += 10_000
        now.mockReturnValue(later)
        return changing.lookUp('198.51.100.7')?.asn
      }
      expect(look()).toBe(64500)
      renameSync(
        fileOf('next.mmdb', writeMmdb({ '198.51.100.0/24': { autonomous_system_number: 64501 } })),
        path,
      )
      await vi.waitFor(() => expect(look()).toBe(64501), PATIENT)
      writeFileSync(path, ASN.subarray(0, 40))
      await vi.waitFor(() => {
        look()
        expect(warn).toHaveBeenCalledTimes(1)
      }, PATIENT)
      expect(look()).toBe(64501)
      writeFileSync(path, ASN)
      await vi.waitFor(() => expect(look()).toBe(64500), PATIENT)
      expect(warn).toHaveBeenCalledTimes(1)
    } finally {
      now.mockRestore()
    }
  })

  test.each([
    { name: 'no file', files: [], code: 'geography_without_files' },
    { name: 'a file that is not there', files: [join(dir, 'none')], code: 'file_unreadable' },
    { name: 'a text', files: [fileOf('text', Buffer.from('hello'))], code: 'database_malformed' },
    { name: 'nothing', files: [fileOf('empty', Buffer.alloc(0))], code: 'database_malformed' },
  ])('refuses $name', ({ files, code }) => {
    try {
      createGeography({ files })
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigurationError)
      expect((error as ConfigurationError).code).toBe(code)
    }
  })

  test('a database of IPv4 alone knows no IPv6', () => {
    const four = openDatabase(
      writeMmdb({ '::/1': { autonomous_system_number: 1 } }, { ip_version: 4 }),
      'four',
    )
    expect(four.find('2001:db8::1')).toBeNull()
  })
})

describe('a database that was spoilt', () => {
  function useIt(content: Buffer): string {
    try {
      const database = openDatabase(content, 'spoilt.mmdb')
      for (const address of ['198.51.100.7', '203.0.113.9', '2001:db8::1', '192.0.2.1'])
        toNetwork(database.find(address))
      return 'read'
    } catch (error) {
      return error instanceof Error ? 'an error' : 'something else'
    }
  }

  test('at every length it may be cut to: an error, at once', () => {
    for (let length = 0; length < CITY.length; length++)
      expect(useIt(CITY.subarray(0, length)), String(length)).toBe('an error')
  })

  test.each([
    { name: 'more nodes than there are', more: { node_count: 4_000_000_000 } },
    { name: 'no node', more: { node_count: 0 } },
    { name: 'fewer nodes', more: { node_count: 3 } },
    { name: 'records of 25 bits', more: { record_size: 25 } },
    { name: 'records of another size', more: { record_size: 32 } },
    { name: 'addresses of version 9', more: { ip_version: 9 } },
    { name: 'words for numbers', more: { node_count: 'many' } },
  ])('with $name is refused', ({ more }) => {
    const content = writeMmdb({ '198.51.100.0/24': { autonomous_system_number: 1 } }, more)
    expect(() => openDatabase(content, 'spoilt.mmdb')).toThrow(
      /"spoilt.mmdb" is none, or is cut short/,
    )
  })

  test('by any bytes: an answer or an error, never anything else', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(CITY.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        (changes) => {
          const content = Buffer.from(CITY)
          for (const [at, byte] of changes) content[at] = byte
          return ['read', 'an error'].includes(useIt(content))
        },
      ),
      { numRuns: 400 },
    )
  })

  test('in a record: unknown for what is judged by it', async () => {
    const content = writeMmdb({ '198.51.100.0/24': 'no record' })
    const geography = createGeography({ files: [fileOf('odd.mmdb', content)] })
    expect(await wordOf(anonymousNetwork({ geography }), sceneOf({ from: '198.51.100.7' }))).toBe(
      'unknown',
    )
  })
})

test.each([
  { name: 'no record', record: null, network: undefined },
  {
    name: 'a record of a free edition',
    record: { country_code: 'SE', latitude: 59, longitude: 18 },
    network: { country: 'SE', place: { latitude: 59, longitude: 18, accuracyKm: 100 } },
  },
  {
    name: 'an impossible place',
    record: { location: { latitude: 91, longitude: 0 } },
    network: {},
  },
  { name: 'half a place', record: { location: { latitude: 9 } }, network: {} },
  { name: 'a country that is none', record: { country: { iso_code: 'Norway' } }, network: {} },
  { name: 'a number that is none', record: { autonomous_system_number: 'AS1' }, network: {} },
  {
    name: 'a satellite',
    record: { traits: { is_satellite_provider: true } },
    network: { hides: 'satellite' },
  },
  {
    name: 'Tor before all',
    record: { is_anonymous: true, is_hosting_provider: true, is_tor_exit_node: true },
    network: { hides: 'tor' },
  },
  {
    name: 'flags that are not true',
    record: { is_anonymous: 1, is_tor_exit_node: false },
    network: {},
  },
])('$name', ({ record, network }) => {
  expect(toNetwork(record)).toEqual(network)
})

describe('whatever a file or a client says', () => {
  test('a list of networks is read or refused in words, and holds what it says', () => {
    const octet = fc.nat(255)
    const cidr = fc.tuple(octet, octet, octet, octet, fc.integer({ min: 0, max: 32 }))
    fc.assert(
      fc.property(fc.array(cidr, { maxLength: 20 }), fc.string(), (networks, noise) => {
        const text = networks.map(([a, b, c, d, bits]) => `${a}.${b}.${c}.${d}/${bits}`).join('\n')
        const list = parseNetworkList(text, 'list')
        for (const [a, b, c, d] of networks) expect(list.find(`${a}.${b}.${c}.${d}`)).toBeDefined()
        expect(list.find(noise)).toBeUndefined()
        try {
          parseNetworkList(noise, 'list')
        } catch (error) {
          expect((error as ConfigurationError).code).toBe('network_list_malformed')
        }
      }),
    )
  })

  test('a list of IPv6 networks holds what it says, and nothing beside it', () => {
    const group = fc.integer({ min: 0, max: 0xffff })
    const network = fc.tuple(group, group, fc.integer({ min: 1, max: 32 }))
    fc.assert(
      fc.property(network, group, ([a, b, bits], rest) => {
        const text = (x: number, y: number, z: number) =>
          `${x.toString(16)}:${y.toString(16)}:${z.toString(16)}::1`
        const list = parseNetworkList(`${text(a, b, rest)}/${bits}`, 'list')
        expect(list.find(text(a, b, rest ^ 1))).toBeDefined()
        // with the network's last bit turned over
        const [x, y] = bits <= 16 ? [a ^ (1 << (16 - bits)), b] : [a, b ^ (1 << (32 - bits))]
        expect(list.find(text(x, y, rest))).toBeUndefined()
      }),
    )
  })

  test('a list with any character changed is read, or refused with its line', () => {
    const lines = ['192.0.2.0/24', '2001:db8::/32 # examples', '', '; none', '203.0.113.7']
    const good = lines.join('\n')
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.string({ maxLength: 4 }), (at, by) => {
        const text = good.slice(0, at) + by + good.slice(at + 1)
        try {
          expect(parseNetworkList(text, 'list').size).toBeLessThanOrEqual(7)
        } catch (error) {
          expect(error).toMatchObject({ code: 'network_list_malformed' })
          expect((error as Error).message).toMatch(/line \d+/)
        }
      }),
    )
  })

  test('a list of a hundred thousand networks, and a line without end, are no trouble', () => {
    const long = Array.from({ length: 100_000 }, (_, i) => `10.${(i >> 8) & 255}.${i & 255}.0/24`)
    expect(parseNetworkList(long.join('\n'), 'list').find('10.9.9.9')).toBe('10.9.9.0/24')
    expect(() => parseNetworkList('1'.repeat(5_000_000), 'list')).toThrow('line 1')
    expect(parseNetworkList(`#${'1'.repeat(5_000_000)}`, 'list').size).toBe(0)
  })

  test('a user agent is read, bounded, and never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: 'binary' }),
          fc.mixedCase(fc.constant('Chrome/1.2 Safari/3')),
        ),
        (text) => {
          const browser = readBrowser(text)
          expect(
            Object.values(browser).every((part) => typeof part === 'string' && part !== ''),
          ).toBe(true)
        },
      ),
    )
    const long = readBrowser(`Mozilla/5.0 ${'('.repeat(1_000_000)}`)
    expect(long.userAgent).toHaveLength(512)
  })
})
