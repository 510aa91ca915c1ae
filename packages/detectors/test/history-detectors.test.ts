// Travel, hours and accounts that nobody used: judged by where and when the person signed in before.
import { type Detector, memoryStore, type Store } from '@countersign/core'
import { describe, expect, test } from 'vitest'
import {
  createLoginHistory,
  dormantAccount,
  impossibleTravel,
  newNetwork,
  unusualHour,
} from '../src/index.ts'
import { distanceKm } from '../src/network/distance-km.ts'
import {
  answerOf,
  complete,
  DAY,
  failingGeography,
  failingStore,
  geographyOf,
  HOUR,
  NOON,
  pass,
  type SceneParts,
  sceneOf,
  wordOf,
} from './support/scene.ts'

const at = (latitude: number, longitude: number, accuracyKm = 20) => ({
  place: { latitude, longitude, accuracyKm },
})
const OSLO = '198.51.100.7'
const BERGEN = '198.51.100.8'
const TOKYO = '203.0.113.1'
const VPN_IN_TOKYO = '203.0.113.2'
const SATELLITE = '203.0.113.3'
const NOWHERE = '203.0.113.4'
const geography = geographyOf({
  [OSLO]: at(59.91, 10.75),
  [BERGEN]: at(60.39, 5.32),
  [TOKYO]: at(35.68, 139.69, 50),
  [VPN_IN_TOKYO]: { ...at(35.68, 139.69), hides: 'vpn' },
  [SATELLITE]: { ...at(35.68, 139.69), hides: 'satellite' },
  [NOWHERE]: { country: 'NO' },
})

let sessions = 0
function fresh(): string {
  sessions += 1
  return `s${sessions}`
}

test.each([
  { name: 'Oslo to Bergen', to: [60.39, 5.32], km: 305 },
  { name: 'Oslo to Tokyo', to: [35.68, 139.69], km: 8415 },
  { name: 'the other side', to: [-59.91, -169.25], km: 20_015 },
  { name: 'nowhere', to: [59.91, 10.75], km: 0 },
])('$name are $km km', ({ to: [latitude = 0, longitude = 0], km }) => {
  const oslo = { latitude: 59.91, longitude: 10.75, accuracyKm: 0 }
  expect(Math.abs(distanceKm(oslo, { latitude, longitude, accuracyKm: 0 }) - km)).toBeLessThan(25)
})

describe('impossible-travel', () => {
  async function been(
    ...logins: readonly (readonly [string, number])[]
  ): Promise<[Detector, Store]> {
    const store = memoryStore()
    const detector = impossibleTravel({ history: createLoginHistory({ geography }) })
    for (const [from, hoursAgo] of logins)
      await pass(
        detector,
        sceneOf({
          ...{ store, from, session: fresh() },
          at: NOON - hoursAgo * HOUR,
          device: 'trusted',
        }),
      )
    return [detector, store]
  }

  test.each<{
    name: string
    logins: readonly (readonly [string, number])[]
    from: string
    is: string
  }>([
    { name: 'Oslo, and in an hour Tokyo', logins: [[OSLO, 1]], from: TOKYO, is: 'present' },
    { name: 'by a plane', logins: [[OSLO, 9]], from: TOKYO, is: 'absent' },
    { name: 'at the same moment', logins: [[OSLO, 0]], from: TOKYO, is: 'present' },
    { name: 'at the same moment, next door', logins: [[OSLO, 0]], from: OSLO, is: 'absent' },
    { name: 'a clock that went back', logins: [[OSLO, -1]], from: TOKYO, is: 'present' },
    {
      name: 'a short way in ten minutes: radii and tolerance',
      logins: [[OSLO, 1 / 6]],
      from: BERGEN,
      is: 'absent',
    },
    { name: 'a short way in no time', logins: [[OSLO, 1 / 60]], from: BERGEN, is: 'present' },
    {
      name: 'not the last place but the one before',
      logins: [
        [TOKYO, 2],
        [BERGEN, 1],
      ],
      from: TOKYO,
      is: 'present',
    },
    {
      name: 'a VPN says nothing of a place',
      logins: [[OSLO, 1]],
      from: VPN_IN_TOKYO,
      is: 'unjudged',
    },
    { name: 'nor a satellite', logins: [[OSLO, 1]], from: SATELLITE, is: 'unjudged' },
    {
      name: 'what was behind a VPN is no place either',
      logins: [[VPN_IN_TOKYO, 1]],
      from: OSLO,
      is: 'unjudged',
    },
    { name: 'a place that nobody knows', logins: [[OSLO, 1]], from: NOWHERE, is: 'unjudged' },
    { name: 'at home', logins: [[OSLO, 1]], from: '10.0.0.1', is: 'unjudged' },
    { name: 'no address', logins: [[OSLO, 1]], from: '', is: 'unknown' },
    { name: 'never been anywhere', logins: [], from: OSLO, is: 'unjudged' },
    {
      name: 'the sixth place back is forgotten',
      logins: [[TOKYO, 1], ...[2, 3, 4, 5, 6].map((i) => [`192.0.2.${i}`, 0.9] as const)],
      from: TOKYO,
      is: 'absent',
    },
  ])('$name', async ({ logins, from, is }) => {
    const places = Object.fromEntries(
      [2, 3, 4, 5, 6].map((i) => [`192.0.2.${i}`, at(35.7, 139.6 + i / 100)]),
    )
    const store = memoryStore()
    const known = geographyOf({ ...places })
    const history = createLoginHistory({
      geography: { lookUp: (address) => known.lookUp(address) ?? geography.lookUp(address) },
    })
    const detector = impossibleTravel({ history })
    for (const [from, hoursAgo] of logins)
      await pass(
        detector,
        sceneOf({
          ...{ store, from, session: fresh() },
          at: NOON - hoursAgo * HOUR,
          device: 'trusted',
        }),
      )
    expect(await wordOf(detector, sceneOf({ store, from, session: fresh() }))).toBe(is)
  })

  test('what a stranger shows is no place where the person was', async () => {
    const [detector, store] = await been([OSLO, 3])
    const stranger = { store, from: TOKYO, session: fresh(), at: NOON - HOUR, userAgent: 'curl/8' }
    for (const outcome of ['pass', 'challenge', 'deny'] as const)
      await pass(detector, sceneOf(stranger), outcome)
    await detector.challenged?.(sceneOf(stranger), () => undefined, 'failed')
    expect(await wordOf(detector, sceneOf({ store, from: OSLO, session: fresh() }))).toBe('absent')
  })

  test('says how fast, and is over once the person has proved themselves', async () => {
    const [detector, store] = await been([OSLO, 1])
    const scene = sceneOf({ store, from: TOKYO, session: fresh() })
    const { details } = await answerOf(detector, scene)
    expect((details as { kmh: number }).kmh).toBeGreaterThan(8_000)
    await complete(detector, scene)
    expect(await wordOf(detector, scene)).toBe('absent')
  })

  test('is unknown where the database or the store fails', async () => {
    const history = createLoginHistory({ geography: failingGeography })
    expect(await wordOf(impossibleTravel({ history }), sceneOf({ session: fresh() }))).toBe(
      'unknown',
    )
    const [detector] = await been()
    expect(await wordOf(detector, sceneOf({ session: fresh(), store: failingStore() }))).toBe(
      'unknown',
    )
  })
})

describe('new-network', () => {
  const networks = geographyOf({
    '198.51.100.7': { asn: 1, country: 'NO' },
    '198.51.100.8': { asn: 1, country: 'NO' },
    '203.0.113.1': { asn: 2, country: 'NO' },
    '192.0.2.1': { asn: 3, country: 'DE' },
    '192.0.2.2': { country: 'NO' },
    '192.0.2.3': { asn: 4 },
    '192.0.2.4': { country: 'DE' },
  })
  const home = '198.51.100.7'

  async function after(...from: readonly string[]): Promise<[Detector, Store]> {
    const store = memoryStore()
    const detector = newNetwork({ history: createLoginHistory({ geography: networks }) })
    for (const one of from)
      await pass(detector, sceneOf({ store, from: one, session: fresh(), at: NOON - DAY }))
    return [detector, store]
  }

  test.each<{ name: string; before?: readonly string[]; from: string; is: string }>([
    { name: 'where the person was', from: home, is: 'absent' },
    { name: 'a new address of the same operator', from: '198.51.100.8', is: 'absent' },
    { name: 'another operator in the country', from: '203.0.113.1', is: 'present 0.5' },
    { name: 'another country', from: '192.0.2.1', is: 'present' },
    { name: 'an operator of no country', from: '192.0.2.3', is: 'present' },
    { name: 'a country alone, where the person was', from: '192.0.2.2', is: 'present 0.5' },
    { name: 'another country alone', from: '192.0.2.4', is: 'present' },
    { name: 'an address in no database', from: '192.0.2.9', is: 'unknown' },
    { name: 'that very address again', before: ['192.0.2.9'], from: '192.0.2.9', is: 'absent' },
    {
      name: 'another address in no database',
      before: ['192.0.2.9'],
      from: '192.0.2.8',
      is: 'unknown',
    },
    { name: 'a private address', from: '10.0.0.1', is: 'unjudged' },
    { name: 'no address', from: '', is: 'unknown' },
    { name: 'no address at the first login', before: [], from: '', is: 'unknown' },
    { name: 'the first login', before: [], from: home, is: 'unjudged' },
  ])('$name', async ({ before = [home], from, is }) => {
    const [detector, store] = await after(...before)
    expect(await wordOf(detector, sceneOf({ store, from, session: fresh() }))).toBe(is)
  })

  test('is known once the person proved themselves there, and no sooner', async () => {
    const [detector, store] = await after(home)
    const abroad = { store, from: '192.0.2.1' }
    await pass(detector, sceneOf({ ...abroad, session: fresh() }))
    const scene = sceneOf({ ...abroad, session: fresh() })
    expect(await answerOf(detector, scene)).toEqual({ is: 'present', details: { new: 'country' } })
    await complete(detector, scene)
    expect(await wordOf(detector, scene)).toBe('absent')
    expect(await wordOf(detector, sceneOf({ ...abroad, session: fresh() }))).toBe('absent')
  })

  test('is forgotten after six months', async () => {
    const [detector, store] = await after(home, '203.0.113.1')
    const later = { store, session: fresh(), at: NOON + 184 * DAY }
    expect(await wordOf(detector, sceneOf({ ...later, from: home }))).toBe('unjudged')
  })

  test.each([
    { name: 'the store fails', scene: { store: failingStore() }, geo: networks },
    { name: 'the database fails', scene: {}, geo: failingGeography },
  ])('is unknown where $name', async ({ scene, geo }) => {
    const detector = newNetwork({ history: createLoginHistory({ geography: geo }) })
    expect(await wordOf(detector, sceneOf({ ...scene, session: fresh() }))).toBe('unknown')
  })
})

describe('unusual-hour', () => {
  async function always(hour: number, days: number): Promise<[Detector, Store]> {
    const store = memoryStore()
    const detector = unusualHour({ history: createLoginHistory() })
    for (let day = days; day > 0; day--)
      await pass(
        detector,
        sceneOf({ store, session: fresh(), at: NOON + (hour - 10) * HOUR - day * DAY }),
      )
    return [detector, store]
  }
  test.each([
    { name: 'as always', habit: 10, days: 20, now: 10, is: 'absent' },
    { name: 'an hour later', habit: 10, days: 20, now: 11, is: 'absent' },
    { name: 'in the night', habit: 10, days: 20, now: 3, is: 'present' },
    { name: 'around midnight', habit: 0, days: 20, now: 23, is: 'absent' },
    { name: 'with too few logins to tell', habit: 10, days: 8, now: 3, is: 'unjudged' },
  ])('$name', async ({ habit, days, now, is }) => {
    const [detector, store] = await always(habit, days)
    const scene: SceneParts = { store, session: fresh(), at: NOON + (now - 10) * HOUR }
    expect(await wordOf(detector, sceneOf(scene))).toBe(is)
    await complete(detector, sceneOf(scene))
    if (is !== 'unjudged') expect(await wordOf(detector, sceneOf(scene))).toBe('absent')
  })

  test('is unknown where the store fails', async () => {
    const detector = unusualHour({ history: createLoginHistory() })
    expect(await wordOf(detector, sceneOf({ session: fresh(), store: failingStore() }))).toBe(
      'unknown',
    )
  })
})

describe('dormant-account', () => {
  test.each([
    { name: 'used yesterday', days: 1, is: 'absent' },
    { name: 'not for 89 days', days: 89, is: 'absent' },
    { name: 'not for 90 days', days: 90, is: 'present' },
    { name: 'not for two years', days: 730, is: 'present' },
  ])('$name', async ({ days, is }) => {
    const store = memoryStore()
    await pass(dormantAccount(), sceneOf({ store, at: NOON - days * DAY }))
    expect(await wordOf(dormantAccount(), sceneOf({ store }))).toBe(is)
  })

  test('is not woken up by whoever opens a page, only by whoever proves to be its owner', async () => {
    const store = memoryStore()
    await pass(dormantAccount(), sceneOf({ store, at: NOON - 100 * DAY }))
    const detector = dormantAccount()
    await pass(detector, sceneOf({ store }))
    await pass(detector, sceneOf({ store }), 'challenge')
    expect(await wordOf(detector, sceneOf({ store, session: 's2' }))).toBe('present')
    await complete(detector, sceneOf({ store }))
    expect(await wordOf(detector, sceneOf({ store, session: 's3' }))).toBe('absent')
  })

  test('nobody knows of a new one; one that cannot be read is unknown', async () => {
    const store = memoryStore()
    expect(await wordOf(dormantAccount(), sceneOf({ store }))).toBe('unjudged')
    expect(await wordOf(dormantAccount(), sceneOf({ store: failingStore() }))).toBe('unknown')
    await store.write(['dormant-account', 'alice', ''], 'long ago', 'any')
    expect(await wordOf(dormantAccount(), sceneOf({ store }))).toBe('unknown')
  })
})
