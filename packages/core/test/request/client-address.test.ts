import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigurationError } from '../../src/configuration-error.ts'
import { canonicalAddress } from '../../src/request/canonical-address.ts'
import { clientAddress } from '../../src/request/client-address.ts'
import { prepareNetworks } from '../../src/request/prepare-networks.ts'
import { prepareTrust, type TrustProxy } from '../../src/request/prepare-trust.ts'
import { rateKey } from '../../src/request/rate-key.ts'

const PROXIES = ['10.0.0.0/8', '2001:db8:ffff::/48']

describe('clientAddress', () => {
  test.each<[string, string | undefined, string | undefined, TrustProxy, string | undefined]>([
    ['no trust: the peer', '192.0.2.1', undefined, undefined, '192.0.2.1'],
    ['T35 no trust: a header is ignored', '192.0.2.1', '1.1.1.1', undefined, '192.0.2.1'],
    ['no trust: 0 hops are none', '192.0.2.1', '1.1.1.1', 0, '192.0.2.1'],
    ['T35 an empty list trusts nobody', '192.0.2.1', '1.1.1.1', [], '192.0.2.1'],
    ['no trust and no peer (Next)', undefined, '1.1.1.1', undefined, undefined],
    ['one hop', '10.0.0.1', '203.0.113.9', 1, '203.0.113.9'],
    ['T36 one hop: not the leftmost', '10.0.0.1', '1.1.1.1, 203.0.113.9', 1, '203.0.113.9'],
    ['two hops', '10.0.0.1', '1.1.1.1, 203.0.113.9, 10.0.0.2', 2, '203.0.113.9'],
    ['one hop, peer not told (Next)', undefined, '203.0.113.9', 1, '203.0.113.9'],
    ['fewer hops than trusted', '10.0.0.1', '203.0.113.9', 2, undefined],
    ['no header behind a proxy', '10.0.0.1', undefined, 1, undefined],
    ['an empty header behind a proxy', '10.0.0.1', ' ', 1, undefined],
    ['T36 an unparsable hop', '10.0.0.1', '1.1.1.1, unknown', 1, undefined],
    ['T36 an unparsable hop in between', '10.0.0.1', '203.0.113.9, _x', 2, undefined],
    [
      'T36 what lies behind the walk may be anything',
      '10.0.0.1',
      'junk, 203.0.113.9',
      1,
      '203.0.113.9',
    ],
    ['T36 an unparsable peer', 'unix:', '203.0.113.9', 1, undefined],
    ['an empty entry', '10.0.0.1', '203.0.113.9,', 1, undefined],
    ['with a port', '10.0.0.1', '203.0.113.9:4711', 1, '203.0.113.9'],
    ['IPv6 with a port', '10.0.0.1', '[2001:DB8::1]:4711', 1, '2001:db8::1'],
    ['IPv6 in brackets', '10.0.0.1', '[2001:db8:0::1]', 1, '2001:db8::1'],
    ['IPv4 in brackets is nothing', '10.0.0.1', '[203.0.113.9]', 1, undefined],
    ['quoted is nothing', '10.0.0.1', '"203.0.113.9"', 1, undefined],
    ['an over-long header', '10.0.0.1', `${'1.1.1.1,'.repeat(600)}203.0.113.9`, 1, undefined],
    ['networks', '10.0.0.1', '1.1.1.1, 203.0.113.9, 10.0.0.2', PROXIES, '203.0.113.9'],
    ['networks: a mapped peer', '::ffff:10.0.0.1', '203.0.113.9', PROXIES, '203.0.113.9'],
    ['networks: IPv6', '2001:db8:ffff::7', '203.0.113.9', PROXIES, '203.0.113.9'],
    ['T35 networks: an untrusted peer', '192.0.2.1', '1.1.1.1', PROXIES, '192.0.2.1'],
    ['networks: no peer', undefined, '203.0.113.9', PROXIES, undefined],
    ['networks: a proxy that names nobody', '10.0.0.1', undefined, PROXIES, undefined],
    ['networks: everybody is trusted', '10.0.0.1', '10.0.0.3, 10.0.0.2', PROXIES, '10.0.0.3'],
    ['T36 networks: an unparsable hop', '10.0.0.1', '203.0.113.9, ?, 10.0.0.2', PROXIES, undefined],
  ])('%s', (_name, peer, forwardedFor, trust, expected) => {
    expect(clientAddress({ peer, forwardedFor }, trust)).toBe(expected)
    expect(clientAddress({ peer, forwardedFor }, prepareTrust(trust))).toBe(expected)
  })

  test('T36 nothing that a client writes changes the address that its proxy saw', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.ipV4(), (written, seen) => {
        const hops = { peer: '10.0.0.1', forwardedFor: `${written}, ${seen}` }
        expect(clientAddress(hops, 1)).toBe(seen)
        fc.pre(!seen.startsWith('10.'))
        expect(clientAddress(hops, ['10.0.0.0/8'])).toBe(seen)
      }),
    )
  })
})

describe('prepareTrust', () => {
  test.each([
    [
      true,
      'trust_proxy_all',
      'trustProxy must not trust everybody, for any client could then claim any address, got true.',
    ],
    [-1, 'trust_proxy_malformed', 'got -1.'],
    [1.5, 'trust_proxy_malformed', 'got 1.5.'],
    [Number.NaN, 'trust_proxy_malformed', 'got NaN.'],
    ['10.0.0.0/8', 'trust_proxy_malformed', 'got "10.0.0.0/8".'],
    [null, 'trust_proxy_malformed', 'got null.'],
    [
      ['loopback'],
      'network_malformed',
      'trustProxy[0] must be a network in CIDR notation or an address, got "loopback".',
    ],
    [['10.0.0.0/8', '10.0.0.1/8'], 'network_host_bits', "Write '10.0.0.0/8' for the network"],
    [['10.0.0.0/33'], 'network_malformed', 'got "10.0.0.0/33".'],
    [['2001:db8::1/32'], 'network_host_bits', "'2001:db8::/32'"],
    [[7], 'network_malformed', 'got 7.'],
  ])('T36 refuses %j', (trust, code, message) => {
    const attempt = () => prepareTrust(trust as TrustProxy)
    expect(attempt).toThrow(ConfigurationError)
    expect(attempt).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    )
  })
})

describe('canonicalAddress', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['2001:0DB8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['::', '::'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
    ['::192.0.2.1', '::c000:201'],
  ])('T36 %s is %s', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical)
  })

  test.each([
    '',
    'localhost',
    '127.1',
    '2130706433',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '010.0.0.1',
    '192.0.2.01',
    '256.0.0.1',
    '1.2.3.4.5',
    '1.2.3.',
    '192.0.2.1 ',
    ' 192.0.2.1',
    '192.0.2.1\n',
    '192.0.2.1:80',
    '[::1]',
    'fe80::1%eth0',
    '::1%0',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    '::ffff:192.0.2.256',
    '::ffff:192.0.2.010',
    '::ffff:0x7f.0.0.1',
    '1.2.3.4::',
    ':1',
    '::1:',
    '::g',
  ])('T36 %j is no address', (text) => {
    expect(canonicalAddress(text)).toBeUndefined()
  })

  test('it agrees with the URL standard on every IPv6 address', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const canonical = canonicalAddress(text)
        fc.pre(canonical?.includes(':') === true)
        expect(`[${canonical}]`).toBe(new URL(`http://[${text}]/`).hostname)
        expect(canonicalAddress(canonical ?? '')).toBe(canonical)
      }),
      { numRuns: 500 },
    )
  })

  test('it takes nothing for IPv6 that the URL standard does not', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9a-f:.]{2,24}$/), (text) => {
        const ours = text.includes(':') && canonicalAddress(text) !== undefined
        expect(ours).toBe(text.includes(':') && URL.canParse(`http://[${text}]/`))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('prepareNetworks', () => {
  test.each([
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['::ffff:10.0.0.0/104', '10.1.2.3', true],
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.8', false],
    ['0.0.0.0/0', '192.0.2.7', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::/0', '192.0.2.7', false],
    ['2001:db8::/33', '2001:db8:7fff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['10.0.0.0/8', 'nonsense', false],
  ])('%s holds %s: %s', (network, address, expected) => {
    expect(prepareNetworks([network])(address)).toBe(expected)
  })

  test('an empty list holds nobody', () => {
    expect(prepareNetworks([])('10.0.0.1')).toBe(false)
  })
})

describe('rateKey', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff::1', '2001:db8:1:2::/64'],
    ['::1', '::/64'],
    ['junk', 'unknown'],
  ])('T36 %s is counted as %s', (address, key) => {
    expect(rateKey(address)).toBe(key)
  })
})
