// T36: the leftmost entry of X-Forwarded-For, or of an unparsable list whatever was left, was taken for the client; one
// client in two spellings was counted as two (Better Auth CVE-2026-45364). Addresses are counted by /64, which is
// packages/core/test/request/client-address.test.ts.
import * as express from '@countersign/express'
import * as koa from '@countersign/koa'
import * as next from '@countersign/next'
import { describe, expect, test } from 'vitest'
import { createIdp } from './support/idp.ts'
import { forEachOwnApp } from './support/own-apps.ts'
import { cookieIdentity, guardOptions, type OwnGuard } from './support/own-guards.ts'
import { rawRequest } from './support/raw-request.ts'

interface Case {
  /** Lines of X-Forwarded-For. */
  readonly lines: readonly string[]
  /** `unknown` where nobody can tell. */
  readonly address: string
  /** It lies in 192.0.2.0/24 or 2001:db8::/48. */
  readonly inside?: true
}

const ONE_PROXY: readonly Case[] = [
  { lines: ['192.0.2.1'], address: '192.0.2.1', inside: true },
  { lines: ['203.0.113.9, 192.0.2.1'], address: '192.0.2.1', inside: true },
  { lines: ['192.0.2.1, 203.0.113.9'], address: '203.0.113.9' },
  { lines: ['192.0.2.1,192.0.2.2,\t203.0.113.9 '], address: '203.0.113.9' },
  { lines: ['192.0.2.1', '203.0.113.9'], address: '203.0.113.9' },
  { lines: ['203.0.113.9', '192.0.2.1'], address: '192.0.2.1', inside: true },
  // with a port, as some proxies write
  { lines: ['192.0.2.1:4711'], address: '192.0.2.1', inside: true },
  { lines: ['[2001:db8::1]:4711'], address: '2001:db8::1', inside: true },
  // one client, one spelling
  { lines: ['2001:DB8:0:0:0:0:0:1'], address: '2001:db8::1', inside: true },
  { lines: ['2001:0db8::0001'], address: '2001:db8::1', inside: true },
  { lines: ['::ffff:192.0.2.1'], address: '192.0.2.1', inside: true },
  { lines: ['::FFFF:c000:0201'], address: '192.0.2.1', inside: true },
  { lines: ['0:0:0:0:0:ffff:192.0.2.1'], address: '192.0.2.1', inside: true },
  // not mapped, though it looks so
  { lines: ['::192.0.2.1'], address: '::c000:201' },
  // no address, and never the next one to the left
  ...[
    'unknown',
    '_hidden',
    '',
    ',',
    'localhost',
    '"192.0.2.1"',
    'for=192.0.2.1',
    '192.0.2.1 203.0.113.9',
    '192.0.2.256',
    '192.0.2',
    '192.0.513',
    '0300.0.2.1',
    '192.0.02.1',
    '3221225985',
    '0xc0000201',
    '192.0.2.1/32',
    '192.0.2.1:4711:4711',
    'fe80::1%eth0',
    '2001:db8::1::',
    '[192.0.2.1]',
    '١٩٢.0.2.1',
  ].map((last) => ({ lines: [`192.0.2.1, ${last}`], address: 'unknown' })),
]

/** 127.0.0.0/8, ::1 and 10.0.0.0/8 are trusted. */
const NETWORKS: readonly Case[] = [
  { lines: ['192.0.2.1'], address: '192.0.2.1', inside: true },
  { lines: ['192.0.2.1, 10.0.0.5'], address: '192.0.2.1', inside: true },
  { lines: ['192.0.2.1, 203.0.113.9, 10.0.0.5, 127.0.0.9'], address: '203.0.113.9' },
  { lines: ['192.0.2.1', '203.0.113.9', '10.0.0.5'], address: '203.0.113.9' },
  { lines: ['192.0.2.1, unknown, 10.0.0.5'], address: 'unknown' },
  { lines: ['192.0.2.1, , 10.0.0.5'], address: 'unknown' },
  { lines: ['192.0.2.1, 010.0.0.5'], address: 'unknown' },
  { lines: ['192.0.2.1, ::ffff:10.0.0.5'], address: '192.0.2.1', inside: true },
  { lines: ['garbage, 192.0.2.1, 10.0.0.5'], address: '192.0.2.1', inside: true },
  { lines: [], address: 'unknown' },
]

const idp = createIdp()

forEachOwnApp(idp.keys, (app) => {
  async function expectAddress(guard: OwnGuard, { lines, address, inside }: Case): Promise<void> {
    const headers = [
      ['Cookie', 'user=alice'] as const,
      ...lines.map((line) => ['X-Forwarded-For', line] as const),
    ]
    const { status, body } = await rawRequest(app.origin(), `/apps/${guard}/inside`, { headers })
    const { id, decision } = JSON.parse(/\{.*\}/s.exec(body)?.[0] ?? '{}')
    const record = await app.record(guard, id ?? decision)
    const fact = (record['facts'] as { address: { is: string; value?: string } }).address
    expect([fact.value ?? fact.is, status]).toEqual([address, inside ? 200 : 401])
  }

  test.each(ONE_PROXY)('T36: behind one proxy $lines is $address', async (one) => {
    await expectAddress('one-proxy', one)
  })

  // Next tells nobody the peer, so no network can be trusted to have spoken: unknown, whatever is written
  const cases =
    app.adapter === 'Next 16'
      ? NETWORKS.map(({ lines }) => ({ lines, address: 'unknown' }))
      : NETWORKS
  test.each(cases)('T36: behind proxies of some networks $lines is $address', async (one) => {
    await expectAddress('networks', one)
  })

  test('T36: behind one proxy a header that is too long to be honest is unknown', async () => {
    const long = `${'192.0.2.1, '.repeat(400)}192.0.2.1`
    await expectAddress('one-proxy', { lines: [long], address: 'unknown' })
  })
})

describe.each(Object.entries({ Express: express, Koa: koa, Next: next }))(
  'a guard on %s',
  (_name, { createGuard, memoryBackend }) => {
    test.each([
      { trustProxy: true, code: 'trust_proxy_all' },
      { trustProxy: 'true', code: 'trust_proxy_malformed' },
      { trustProxy: '*', code: 'trust_proxy_malformed' },
      { trustProxy: 'loopback', code: 'trust_proxy_malformed' },
      { trustProxy: -1, code: 'trust_proxy_malformed' },
      { trustProxy: Number.POSITIVE_INFINITY, code: 'trust_proxy_malformed' },
      { trustProxy: () => true, code: 'trust_proxy_malformed' },
      { trustProxy: ['*'], code: 'network_malformed' },
      { trustProxy: ['10.0.0.1/8'], code: 'network_host_bits' },
    ])('T36: is not made with trustProxy $trustProxy', ({ trustProxy, code }) => {
      const options = {
        ...guardOptions('no-proxy'),
        backend: memoryBackend(),
        trustProxy: trustProxy as never,
      }
      expect(() =>
        createGuard({ ...options, identity: () => cookieIdentity('user=alice') }),
      ).toThrow(expect.objectContaining({ name: 'ConfigurationError', code }))
    })
  },
)
