// Detectors that need no history: what each answers, table by table, and what each does with what could not be had (law 1).
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigurationError, type Detector } from '@countersign/core'
import { afterAll, describe, expect, test, vi } from 'vitest'
import {
  amountVelocity,
  anonymousNetwork,
  failedChallenges,
  listedAddress,
  sessionAge,
} from '../src/index.ts'
import {
  answerOf,
  DAY,
  failingGeography,
  geographyOf,
  HOUR,
  NOON,
  pass,
  sceneOf,
  wordOf,
} from './support/scene.ts'

// machines are busy: what is waited for comes, but not always within a second
const PATIENT = { timeout: 20_000 }

const dir = mkdtempSync(join(tmpdir(), 'detectors-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function codeOf(make: () => unknown): string {
  try {
    make()
    return 'nothing'
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    return `${error.code} ${error.path}`
  }
}

describe('anonymous-network', () => {
  const geography = geographyOf({
    '203.0.113.1': { hides: 'vpn', country: 'NL' },
    '203.0.113.2': { country: 'NL' },
  })
  test.each([
    { name: 'a VPN', from: '203.0.113.1', is: 'present' },
    { name: 'a plain network', from: '203.0.113.2', is: 'absent' },
    { name: 'in no database', from: '203.0.113.3', is: 'absent' },
    { name: 'a private address', from: '10.0.0.1', is: 'unjudged' },
    { name: 'loopback', from: '::1', is: 'unjudged' },
    { name: 'no address', from: '', is: 'unknown' },
    { name: 'what is no address', from: 'example', is: 'unknown' },
  ])('$name', async ({ from, is }) => {
    expect(await wordOf(anonymousNetwork({ geography }), sceneOf({ from }))).toBe(is)
  })

  test('says what hides it, and is unknown where the database fails', async () => {
    const scene = sceneOf({ from: '203.0.113.1' })
    expect(await answerOf(anonymousNetwork({ geography }), scene)).toEqual({
      is: 'present',
      details: { hides: 'vpn' },
    })
    expect(await wordOf(anonymousNetwork({ geography: failingGeography }), scene)).toBe('unknown')
  })
})

describe('session-age', () => {
  const detector = sessionAge({ afterMs: HOUR, fullMs: 3 * HOUR })
  test.each([
    { name: 'young', authTime: NOON - HOUR + 1, is: 'absent' },
    { name: 'at its age', authTime: NOON - HOUR, is: 'present 0' },
    { name: 'half way', authTime: NOON - 2 * HOUR, is: 'present 0.5' },
    { name: 'in full', authTime: NOON - 3 * HOUR, is: 'present 1' },
    { name: 'long ago', authTime: NOON - 30 * DAY, is: 'present 1' },
    { name: 'a clock that runs ahead', authTime: NOON + 30_000, is: 'absent' },
    { name: 'in the future', authTime: NOON + 30_001, is: 'unknown' },
    { name: 'not said', authTime: undefined, is: 'unknown' },
    { name: 'no number', authTime: Number.NaN, is: 'unknown' },
  ])('$name', async ({ authTime, is }) => {
    expect(await wordOf(detector, sceneOf({ authTime }))).toBe(is)
  })
})

describe('amount-velocity', () => {
  const of = (value: unknown) =>
    value === undefined ? {} : { amount: { is: 'known', value } as never }
  const unknown = { amount: { is: 'unknown', why: 'fact_wrong_type' } as const }

  async function after(...moved: readonly (readonly [number, number])[]): Promise<Detector> {
    const detector = amountVelocity({ of: 'amount', limit: 100, perMs: DAY })
    for (const [amount, hours] of moved)
      await pass(detector, sceneOf({ resource: of(amount), at: NOON - hours * HOUR }))
    return detector
  }

  test.each<{
    name: string
    moved: readonly (readonly [number, number])[]
    now: unknown
    is: string
  }>([
    { name: 'at the limit, this one included', moved: [[60, 1]], now: 40, is: 'absent' },
    { name: 'above it', moved: [[60, 1]], now: 41, is: 'present' },
    { name: 'one alone', moved: [], now: 101, is: 'present' },
    { name: 'an action without an amount', moved: [[60, 1]], now: undefined, is: 'absent' },
    {
      name: 'after too much, without an amount',
      moved: [
        [60, 2],
        [60, 1],
      ],
      now: undefined,
      is: 'present',
    },
    { name: 'what is longer ago', moved: [[100, 26]], now: 100, is: 'absent' },
    {
      name: 'slot by slot',
      moved: [
        [50, 20],
        [40, 10],
      ],
      now: 20,
      is: 'present',
    },
    { name: 'below nothing', moved: [], now: -5, is: 'unknown' },
    { name: 'no number', moved: [], now: 'much', is: 'unknown' },
  ])('$name', async ({ moved, now, is }) => {
    expect(await wordOf(await after(...moved), sceneOf({ resource: of(now) }))).toBe(is)
  })

  test('an unknown amount is unknown', async () => {
    expect(await wordOf(await after(), sceneOf({ resource: unknown }))).toBe('unknown')
  })

  test('what was refused moves nothing, and nobody counts for another', async () => {
    const detector = amountVelocity({ of: 'amount', limit: 100 })
    for (const outcome of ['challenge', 'deny'] as const)
      await pass(detector, sceneOf({ resource: of(90) }), outcome)
    await pass(detector, sceneOf({ resource: of(90), subject: 'bob' }))
    expect(await wordOf(detector, sceneOf({ resource: of(90) }))).toBe('absent')
  })

  test('the crossing is told once, for as long as the window', () => {
    const emit = vi.fn()
    const detector = amountVelocity({ of: 'amount', limit: 100, perMs: DAY })
    for (const amount of [60, 60, 60])
      detector.observe?.(sceneOf({ resource: of(amount) }), emit, 'pass')
    expect(emit.mock.calls).toEqual([[{ code: 'amount-velocity', share: 1, forMs: DAY }]])
  })
})

describe('failed-challenges', () => {
  test('charge the session and the device, never the person, at the crossing', () => {
    const emit = vi.fn()
    const detector = failedChallenges({ limit: 2 })
    const scene = sceneOf({ deviceId: 'd1' })
    for (let i = 0; i < 4; i++) detector.challenged?.(scene, emit, 'failed')
    expect(emit.mock.calls.map(([signal]) => [signal.code, signal.about])).toEqual([
      ['failed-challenges', 'session'],
      ['failed-challenges', 'device'],
    ])
  })

  test.each([
    { name: 'a completion between them', again: sceneOf(), completed: true, at: NOON },
    {
      name: 'an hour between them',
      again: sceneOf({ at: NOON + HOUR }),
      completed: false,
      at: NOON,
    },
    { name: 'another login', again: sceneOf({ session: 's2' }), completed: false, at: NOON },
  ])('$name begins anew', ({ again, completed }) => {
    const emit = vi.fn()
    const detector = failedChallenges({ limit: 2 })
    detector.challenged?.(sceneOf(), emit, 'failed')
    if (completed) detector.challenged?.(sceneOf(), emit, 'completed')
    detector.challenged?.(again, emit, 'failed')
    expect(emit).not.toHaveBeenCalled()
  })
})

describe('listed-address', () => {
  const file = join(dir, 'list.txt')
  writeFileSync(
    file,
    '# bad\n192.0.2.0/24 ; a network\n2001:db8::/32\n198.51.100.7\n::ffff:203.0.113.0/120\n',
  )
  const detector = listedAddress({ files: [file] })
  test.each([
    { name: 'in a network', from: '192.0.2.200', network: '192.0.2.0/24' },
    { name: 'in an IPv6 network', from: '2001:db8:1::1', network: '2001:db8::/32' },
    { name: 'an address', from: '198.51.100.7', network: '198.51.100.7/32' },
    { name: 'in a mapped network', from: '203.0.113.9', network: '203.0.113.0/24' },
  ])('$name', async ({ from, network }) => {
    expect(await answerOf(detector, sceneOf({ from }))).toEqual({
      is: 'present',
      details: { network },
    })
  })
  test.each([
    { name: 'not listed', from: '192.0.3.1', is: 'absent' },
    { name: 'no address', from: '', is: 'unknown' },
  ])('$name', async ({ from, is }) => {
    expect(await wordOf(detector, sceneOf({ from }))).toBe(is)
  })

  test('is read again when it changes; while it is broken, what is not listed is unknown', async () => {
    const now = vi.spyOn(performance, 'now')
    let later = performance.now()
    try {
      const path = join(dir, 'changing.txt')
      writeFileSync(path, '192.0.2.1\n')
      const changing = listedAddress({ files: [path] })
      const look = async (from: string) => {
        later += 10_000
        now.mockReturnValue(later)
        return await wordOf(changing, sceneOf({ from }))
      }
      expect(await look('192.0.2.2')).toBe('absent')
      writeFileSync(path, '192.0.2.1\n192.0.2.2\n')
      await vi.waitFor(async () => expect(await look('192.0.2.2')).toBe('present'), PATIENT)
      writeFileSync(path, 'half a li')
      await vi.waitFor(async () => expect(await look('192.0.2.3')).toBe('unknown'), PATIENT)
      expect(await look('192.0.2.2')).toBe('present')
      rmSync(path)
      expect(await look('192.0.2.3')).toBe('unknown')
      writeFileSync(path, '192.0.2.3\n')
      await vi.waitFor(async () => expect(await look('192.0.2.3')).toBe('present'), PATIENT)
      expect(await look('192.0.2.2')).toBe('absent')
    } finally {
      now.mockRestore()
    }
  })
})

test.each([
  {
    name: 'no file',
    make: () => listedAddress({ files: [join(dir, 'none')] }),
    code: 'file_unreadable listedAddress.files[0]',
  },
  {
    name: 'an age of nothing',
    make: () => sessionAge({ afterMs: 0 }),
    code: 'detector_option_malformed sessionAge.afterMs',
  },
  {
    name: 'full before it begins',
    make: () => sessionAge({ afterMs: 2, fullMs: 1 }),
    code: 'detector_option_malformed sessionAge.fullMs',
  },
  {
    name: 'no limit',
    make: () => amountVelocity({ of: 'a', limit: Number.NaN }),
    code: 'detector_option_malformed amountVelocity.limit',
  },
  {
    name: 'no attribute',
    make: () => amountVelocity({ of: '', limit: 1 }),
    code: 'detector_option_malformed amountVelocity.of',
  },
  {
    name: 'no failures',
    make: () => failedChallenges({ limit: 0 }),
    code: 'detector_option_malformed failedChallenges.limit',
  },
])('$name is refused', ({ make, code }) => {
  expect(codeOf(make)).toBe(code)
})

test.each([
  '192.0.2.0/33',
  '10.1',
  '010.0.0.1',
  '::/129',
  'example.org',
  '192.0.2.1/-1',
  '1.2.3.4/8/8',
])('a list with %j names the line', (line) => {
  const path = join(dir, 'wrong.txt')
  writeFileSync(path, `192.0.2.1\n\n${line}\n`)
  expect(() => listedAddress({ files: [path] })).toThrow(
    `has a line 3 that is no network, got ${JSON.stringify(line)}`,
  )
})
