// The measurement itself, small: the same seed gives the same numbers, harder attackers are harder, the page is filled,
// and the public dataset's format is read.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { simulatedAttacks } from './attackers.ts'
import { curveSvg } from './curve-svg.ts'
import { COOKIE_POLICY, RISK_POLICY } from './example-policies.ts'
import { DAYS, START, simulateLogins } from './people.ts'
import { createRandom } from './random.ts'
import { readRbaCsv, splitCsvLine } from './read-rba-csv.ts'
import { aboutText, fillPage, guardedText, tableText, whyText } from './results-page.ts'
import { reauthentications, type Scores, scoreLogins, thresholdAt } from './score-logins.ts'
import { curveOf, tableOf } from './summarize.ts'
import { runThroughGuard } from './through-the-guard.ts'
import { whyChallenged } from './why-challenged.ts'
import { createWorld } from './world.ts'

const world = createWorld()
const dir = mkdtempSync(join(tmpdir(), 'efficacy-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function scoresOf(seed: number): Scores {
  const random = createRandom(seed)
  return scoreLogins(simulateLogins(random, world, 60), world, simulatedAttacks(world), random, 300)
}

test('the same seed gives the same people, another one others, all within the half year', () => {
  const [a, again, b] = [1, 1, 2].map((seed) => simulateLogins(createRandom(seed), world, 20))
  expect(again).toEqual(a)
  expect(b).not.toEqual(a)
  const times = a?.map(({ at }) => at) ?? []
  expect(times).toEqual([...times].sort((x, y) => x - y))
  expect(times.every((at) => at >= START && at < START + (DAYS + 1) * 86_400_000)).toBe(true)
  expect(a?.every(({ address }) => world.lookUp(address)?.country !== undefined)).toBe(true)
})

test('who knows more of the victim is harder to tell from them, and catching more costs more', () => {
  const scores = scoresOf(1)
  const at = (attacker: 'naive' | 'VPN' | 'targeted') => thresholdAt(scores.attacks[attacker], 0.9)
  expect(at('naive')).toBeGreaterThan(at('VPN'))
  expect(at('VPN')).toBeGreaterThan(at('targeted'))
  const curve = curveOf([scores], 'naive').map(({ challenged }) => challenged)
  expect(curve).toEqual([...curve].sort((a, b) => a - b))
  const text = tableText(tableOf([scores]))
  expect(text.split('\n')).toHaveLength(8)
  expect(text).toMatch(/^\| naive 0.99 +\| 1 \/ [\d.]+ \([\d.]+\)/m)
})

test('thresholds and counts, by hand', () => {
  expect(thresholdAt([5, 1, 4, 2, 3], 0.8)).toBe(2)
  expect(thresholdAt([5, 1, 4, 2, 3], 1)).toBe(1)
  const legitimate = new Map([
    ['a', [1, 9, 9]],
    ['b', [1, 1, 9]],
    ['c', [9]],
  ])
  expect(reauthentications(legitimate, 9, 3)).toEqual({ median: 1.5, mean: 1.5, users: 2 })
  expect(reauthentications(legitimate, 9, 1)).toEqual({ median: 0, mean: 1 / 3, users: 3 })
})

test('through the guard: the cookie alone lets thieves of it in, and risk sees most of them', async () => {
  const logins = simulateLogins(createRandom(1), world, 6)
  const run = (policy: string) =>
    runThroughGuard(policy, logins, world, simulatedAttacks(world), createRandom(2), 30)
  const [risk, cookie] = await Promise.all([run(RISK_POLICY), run(COOKIE_POLICY)])
  const caught = ({ challenged }: typeof risk) =>
    challenged['session theft'].some / challenged['session theft'].all
  expect(caught(risk)).toBeGreaterThan(caught(cookie))
  // without the cookie nobody is let through by it
  expect(cookie.challenged.naive.some).toBe(cookie.challenged.naive.all)
  expect(risk.spared.some).toBeGreaterThanOrEqual(cookie.spared.some)
  expect(risk.sparedOfRemembered.all).toBeLessThanOrEqual(risk.spared.all)
  expect(risk.why.length + risk.spared.some).toBe(risk.spared.all)
  expect(risk.first).toEqual({ all: logins.length, some: 6 })
  const guarded = { risk: [risk, risk], cookie: [cookie, cookie] }
  expect(guardedText(guarded).split('\n')).toHaveLength(5)
  const all = `${((risk.why.length / risk.spared.all) * 100).toFixed(1)} %`
  expect(whyText(guarded.risk)).toMatch(new RegExp(`^\\| all .* ${all} +\\|$`, 'm'))
  expect(
    aboutText({ seeds: 2, users: 6, guardedUsers: 6, baselineUsers: 6, runs: guarded.risk }),
  ).toContain(`${2 * risk.spared.all} measured sessions`)
})

describe('why a session was challenged', () => {
  const known = { person: true, device: true, cookie: true }
  const login = (device: object) => ({ device: { keepsCookies: true, remembers: true, ...device } })
  test.each([
    {
      name: 'nothing before',
      before: { person: false, device: false, cookie: false },
      is: 'the first session of a person',
    },
    { name: 'trusted', before: known, is: 'a trusted device' },
    {
      name: 'a cookie, and no trust',
      before: known,
      codes: ['new-device'],
      is: 'a device whose trust had ended',
    },
    { name: 'never used', before: { ...known, device: false, cookie: false }, is: 'a new browser' },
    {
      name: 'no cookies',
      before: { ...known, cookie: false },
      device: { keepsCookies: false },
      is: 'a browser that keeps no cookies',
    },
    {
      name: 'not remembered',
      before: { ...known, cookie: false },
      is: 'a browser that was not to be remembered',
    },
  ])('$name: $is', ({ before, device = {}, codes = [], is }) => {
    const factors = [...codes, 'unfamiliar-login'].map((code) => ({
      code,
      added: 1,
      unknown: false,
    }))
    const why = (more: readonly (typeof factors)[number][]) =>
      whyChallenged(login(device) as never, before, { factors: more } as never)
    expect(why(factors)).toEqual({ browser: is, factor: 'unfamiliar login' })
    expect(why([...factors, { code: 'new-network', added: 1, unknown: false }]).factor).toBe(
      'new network',
    )
    expect(why(factors.slice(0, -1)).factor).toBe('anything else')
  })
})

describe('the page', () => {
  test('has all its places, and keeps what is around them', async () => {
    const page = await readFile(new URL('../../docs/efficacy.md', import.meta.url), 'utf8')
    const filled = fillPage(page, { about: 'A', table: 'B', guarded: 'C', why: 'D' })
    for (const block of ['A', 'B', 'C', 'D']) expect(filled).toContain(`-->\n\n${block}\n\n<!--`)
    expect(fillPage(filled, { about: 'A' })).toBe(filled)
    expect(() => fillPage(page, { nothing: 'x' })).toThrow('no place for nothing')
  })

  test('has a plot that is XML and escapes what it says', () => {
    const svg = curveSvg(
      'a < b',
      'x',
      'y & z',
      [
        {
          name: '<n>',
          points: [
            { x: 0.5, y: 0 },
            { x: 1, y: 1 },
          ],
        },
      ],
      0.5,
    )
    expect(svg).toContain('a &lt; b')
    expect(svg).toContain('&lt;n&gt;')
    expect(svg).toContain('M70 350L490 40')
    expect(svg.match(/<text/g)?.length).toBe(svg.match(/<\/text>/g)?.length)
  })
})

describe('a CSV of the RBA dataset', () => {
  const HEADER =
    'index,Login Timestamp,User ID,Round-Trip Time [ms],IP Address,Country,Region,City,ASN,User Agent String,Browser Name and Version,OS Name and Version,Device Type,Login Successful,Is Attack IP,Is Account Takeover'
  const row = (i: number, user: string, ip: string, more = 'True,False,False') =>
    `${i},2020-02-03 12:${String(i % 60).padStart(2, '0')}:30.772,${user},,${ip},NO,-,-,29695,"Mozilla/5.0 (X11; Linux, x86) ""Q""",Chrome 79,Linux,desktop,${more}`

  function write(...lines: readonly string[]): string {
    const path = join(dir, 'rba.csv')
    writeFileSync(path, `${lines.join('\n')}\n`)
    return path
  }

  test('is read as it is published, and scored', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => row(i, `u${i % 3}`, `10.0.${i % 3}.1`))
    const data = await readRbaCsv(
      write(
        HEADER,
        ...rows,
        row(60, 'u0', '10.9.9.9', 'False,True,False'),
        row(61, 'u0', '10.9.9.8', 'True,True,True'),
      ),
      1_000,
    )
    expect(data.logins).toHaveLength(60)
    expect(data.logins[0]).toEqual({
      ...{ at: Date.UTC(2020, 1, 3, 12, 0, 30, 772), user: 'u0', address: '10.0.0.1' },
      userAgent: 'Mozilla/5.0 (X11; Linux, x86) "Q"',
    })
    expect(data.geography.lookUp('10.9.9.9')).toEqual({ country: 'NO', asn: 29695 })
    const scores = scoreLogins(data.logins, data.geography, data.attacks, createRandom(1), 50)
    expect([...scores.legitimate.keys()].sort()).toEqual(['u0', 'u1', 'u2'])
    expect(scores.attacks.naive.length).toBeGreaterThan(0)
  })

  test.each([
    { name: 'another file', lines: ['a,b', '1,2'], problem: 'no column "Login Timestamp"' },
    {
      name: 'a line that is cut short',
      lines: [HEADER, '1,2020-02-03 12:00:00'],
      problem: 'line 2 ends before',
    },
    {
      name: 'a comma that is not quoted',
      lines: [HEADER, row(1, 'u', '10.0.0.1').replaceAll('"', '')],
      problem: 'line 2 has 17 values and the header 16',
    },
    {
      name: 'no moment',
      lines: [HEADER, row(1, 'u', '10.0.0.1').replace('2020-02-03', 'yesterday')],
      problem: 'is no moment',
    },
    { name: 'no login', lines: [HEADER], problem: 'no successful login' },
    { name: 'nothing', lines: [], problem: /no (column|successful login)/ },
  ])('refuses $name', async ({ lines, problem }) => {
    await expect(readRbaCsv(write(...lines), 10)).rejects.toThrow(problem)
  })

  test('quotes, as RFC 4180 has them', () => {
    expect(splitCsvLine('a,"b,""c""",,d,')).toEqual(['a', 'b,"c"', '', 'd', ''])
  })
})
