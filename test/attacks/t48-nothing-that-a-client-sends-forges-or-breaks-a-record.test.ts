// T48: a line break, a terminal's escape sequence or a very long text in what a client sends forged a line of the log,
// drove the terminal of whoever read it, or broke the record (ASVS 16.4.1).
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { verifyAuditDirectory } from '@countersign/node'
import { beforeAll, describe, expect, test } from 'vitest'
import { runCli } from '../../packages/cli/test/run-cli.ts'
import { rawRequest } from './support/raw-request.ts'
import { type AttackedShop, forEachShop } from './support/shops.ts'
import { EVIDENCE, SESSION, type Visitor } from './support/visitor.ts'

const FORGED =
  '{"chain":"main","seq":1,"previous":"0","hash":"0","entry":{"type":"decision","outcome":"pass"}}'
const HOSTILE: Readonly<Record<string, string>> = {
  'a line break and a record': `ACME\n${FORGED}\n`,
  'a carriage return': 'ACME\r2026-11-24  decision  pass',
  'other line breaks': 'a\u2028b\u2029c\u0085d\u000be\u000cf',
  'a colour and a cursor': '\u001b[31m\u001b[2J\u001b[1;1HACME',
  'a title, a link, a clipboard':
    '\u001b]0;x\u0007\u001b]8;;http://evil\u0007\u001b]52;c;eA==\u0007',
  'C1 controls': '\u009b31m\u009d0;x\u009c',
  'a backspace and a bell': 'pass\b\b\b\bdeny\u0007',
  'NUL and DEL': 'a\u0000b\u007fc',
  'text that is turned around': '\u202eEMCA\u202c\u2066x\u2069\u200f',
  'half a character': 'a\ud800b\udc00',
  'quotes and braces': '","outcome":"pass"},"x":{"',
  'its own word': '__proto__',
  'a very long word': 'x'.repeat(100_000),
}
// what a terminal acts on, but for the line break that ends a line
const ACTED_ON =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]|\p{Surrogate}/u

forEachShop((shop) => {
  describe('T48: in every field that reaches the log', () => {
    let alice: Visitor
    beforeAll(async () => {
      alice = shop.visitor()
      await alice.signIn('alice')
    })

    test.each(Object.entries(HOSTILE))('%s', async (_name, text) => {
      const statuses: number[] = []
      for (const json of [
        { amount: 200, payee: text },
        { amount: text, payee: 'ACME' },
        { amount: 20, payee: { [text]: [text] } },
        { [text]: 1, amount: 200, payee: 'ACME' },
      ])
        statuses.push((await alice.fetchJson('/transfer', { json })).status)
      statuses.push((await alice.fetchJson('/api-keys', { json: { name: text } })).status)
      await alice.submit('/login', { user: text, password: text })
      await alice.submit('/step-up', { ticket: text, code: text, returnTo: text })
      await alice.submit(
        `/devices/${encodeURIComponent(text.replace(/\p{Surrogate}/gu, '?').slice(0, 500))}/revoke`,
        {},
      )
      for (const status of statuses) expect([200, 400, 401, 413]).toContain(status)

      // what stands in for a header's bytes: no client can send a line break in one, and Node refuses the rest
      const session = `${SESSION}=${alice.cookies.get(SESSION)}`
      for (const name of ['User-Agent', 'X-Forwarded-For', 'Origin', 'Referer', 'Accept-Language'])
        await rawRequest(shop.origin(), '/account', {
          headers: [
            ['Cookie', `${session}; ${EVIDENCE}=${text.slice(0, 2_000)}`],
            [name, text.slice(0, 2_000)],
          ],
        })
      // an operator's words are logged too
      for (const target of ['opt-out:small-payment', text])
        await shop
          .operate('suspend', { target, by: `eve${text}`.slice(0, 400), why: text.slice(0, 400) })
          .catch(() => undefined)
    })

    test('user agents of 15 kB and of a megabyte', async () => {
      const bob = shop.visitor()
      await bob.signIn('bob')
      const agents = [15_000 - 1_000, 1_048_576].map(
        (length) => `Mozilla/5.0 ${'\u001b[2J'.padEnd(length, 'a')}`,
      )
      const statuses: number[] = []
      for (const agent of agents) {
        const headers = [
          ['Cookie', `${SESSION}=${bob.cookies.get(SESSION)}`],
          ['User-Agent', agent.replace('\u001b', '')],
        ] as const
        statuses.push((await rawRequest(shop.origin(), '/account', { headers })).status)
      }
      expect(statuses[0]).toBe(200)
      // the server refuses it, or hangs up
      expect([0, 431]).toContain(statuses[1])
    })
  })

  test('T48: each line of the log is one printable record of at most 4 kB, and all of them verify', async () => {
    const records = await shop.audit()
    const lines = logLines(shop)
    expect(records.length).toBeGreaterThan(50)
    expect(lines.length).toBeGreaterThanOrEqual(records.length)
    for (const [at, line] of lines.entries()) {
      expect(line, String(at)).not.toMatch(ACTED_ON)
      expect(Buffer.byteLength(line), line).toBeLessThanOrEqual(4_096)
      const { seq, chain, entry } = JSON.parse(line)
      expect([chain, seq]).toEqual(['main', at + 1])
      expect(Object.getPrototypeOf(entry)).toBe(Object.prototype)
    }
    const { ok, chains } = await verifyAuditDirectory(shop.dataDirectory)
    expect([ok, chains[0]?.records]).toEqual([true, expect.any(Number)])
    expect(chains[0]?.records).toBeGreaterThanOrEqual(lines.length)
    // nobody passed that did not: what was forged is in no entry of its own
    const forged = records.filter(
      ({ entry }) => entry['evaluator'] === undefined && entry.type === 'decision',
    )
    expect(forged).toEqual([])
  })

  test('T48: audit tail and audit verify print lines of text, one for each record', async () => {
    // the shop goes on writing: once a minute, how many nobodies it refused
    const before = logLines(shop)
    const readUntilNow = (lines: Lines) => lines.slice(0, before.length)
    const cli = (...line: string[]) =>
      runCli(shop.dataDirectory, [...line, '--data', shop.dataDirectory])
    const words = await cli('audit', 'tail', '-n', '100000')
    expect([words.exit, words.err]).toEqual([0, ''])
    expect(words.out).not.toMatch(ACTED_ON)
    const told = readUntilNow(words.out.trimEnd().split('\n'))
    expect(told).toHaveLength(before.length)
    for (const line of told) expect(line).toMatch(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}/)
    const json = await cli('audit', 'tail', '-n', '100000', '--json')
    expect(json.out).not.toMatch(ACTED_ON)
    const printed = readUntilNow(json.out.trimEnd().split('\n'))
    expect(printed.map((line) => JSON.parse(line))).toEqual(before.map((line) => JSON.parse(line)))
    const history = await cli('history')
    expect(history.exit).toBe(0)
    expect(history.out).not.toMatch(ACTED_ON)
    const verified = await cli('audit', 'verify')
    expect([verified.exit, verified.out]).toEqual([
      0,
      expect.stringContaining('The audit log is whole.'),
    ])
  })

  test('T48: nor does the app print what a terminal acts on', () => {
    // before it is ready it may be built, with progress that a terminal is to act on
    const [, printed = ''] = shop.log().split(/^ready /m)
    expect(printed).toContain(shop.origin())
    expect(printed.replaceAll('\t', ' ')).not.toMatch(ACTED_ON)
  })
})

type Lines = readonly string[]

function logLines({ dataDirectory }: AttackedShop): Lines {
  const folder = join(dataDirectory, 'audit/main')
  return readdirSync(folder)
    .sort()
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n'))
}
