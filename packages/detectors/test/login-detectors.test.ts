// What must not change within a login: the browser and the network (session theft).
import { memoryStore } from '@countersign/core'
import { describe, expect, test } from 'vitest'
import { ipChange, userAgentChange } from '../src/index.ts'
import {
  answerOf,
  CHROME,
  complete,
  FIREFOX,
  failingGeography,
  failingStore,
  geographyOf,
  IPHONE,
  NOON,
  sceneOf,
  wordOf,
} from './support/scene.ts'

const NEWER = CHROME.replace('120', '121')
const OLDER = CHROME.replace('120', '119')

describe('user-agent-change', () => {
  test.each([
    { name: 'the same', now: CHROME, is: 'absent' },
    { name: 'an update', now: NEWER, is: 'absent' },
    { name: 'an older version', now: OLDER, is: 'present' },
    { name: 'another browser', now: FIREFOX, is: 'present' },
    { name: 'another device', now: IPHONE, is: 'present' },
    {
      name: 'another system',
      now: CHROME.replace('Windows NT 10.0; Win64; x64', 'X11; Linux x86_64'),
      is: 'present',
    },
    { name: 'none', now: '', is: 'present' },
    { name: 'what cannot be read', now: 'curl', is: 'present' },
  ])('$name', async ({ now, is }) => {
    const store = memoryStore()
    const detector = userAgentChange()
    expect(await wordOf(detector, sceneOf({ store }))).toBe('absent')
    expect(await wordOf(detector, sceneOf({ store, userAgent: now }))).toBe(is)
    // an instance that saw nothing of it says the same
    expect(await wordOf(userAgentChange(), sceneOf({ store, userAgent: now }))).toBe(is)
  })

  test('says what changed', async () => {
    const store = memoryStore()
    const detector = userAgentChange()
    await detector.judge(sceneOf({ store }))
    expect(await answerOf(detector, sceneOf({ store, userAgent: IPHONE }))).toEqual({
      is: 'present',
      details: { changed: ['name', 'os', 'osVersion', 'deviceType'] },
    })
  })

  test('in another login nothing changed; one that nothing tells apart is unknown', async () => {
    const store = memoryStore()
    const detector = userAgentChange()
    await detector.judge(sceneOf({ store }))
    expect(await wordOf(detector, sceneOf({ store, session: 's2', userAgent: FIREFOX }))).toBe(
      'absent',
    )
    expect(await wordOf(detector, sceneOf({ store, login: undefined }))).toBe('unknown')
  })

  test('once the person has proved themselves there, it is theirs: on all instances', async () => {
    const store = memoryStore()
    const [here, there] = [userAgentChange(), userAgentChange()]
    for (const one of [here, there]) await one.judge(sceneOf({ store }))
    expect(await wordOf(there, sceneOf({ store, userAgent: FIREFOX }))).toBe('present')
    await complete(here, sceneOf({ store, userAgent: FIREFOX }))
    expect(await wordOf(here, sceneOf({ store, userAgent: FIREFOX }))).toBe('absent')
    const later = { store, at: NOON + 6_000 }
    expect(await wordOf(there, sceneOf({ ...later, userAgent: FIREFOX }))).toBe('absent')
    expect(await wordOf(there, sceneOf({ ...later, userAgent: CHROME }))).toBe('present')
  })

  test('a failed attempt proves nothing', async () => {
    const store = memoryStore()
    const detector = userAgentChange()
    await detector.judge(sceneOf({ store }))
    await detector.challenged?.(sceneOf({ store, userAgent: FIREFOX }), () => undefined, 'failed')
    expect(await wordOf(detector, sceneOf({ store, userAgent: FIREFOX }))).toBe('present')
  })
})

describe('ip-change', () => {
  const geography = geographyOf({
    '198.51.100.7': { asn: 1, country: 'NO' },
    '198.51.101.7': { asn: 1, country: 'NO' },
    '203.0.113.1': { asn: 2, country: 'NO' },
    '192.0.2.1': { asn: 3, country: 'DE' },
    '192.0.2.9': { country: 'NO' },
    '2001:db8:1:1::1': { asn: 1, country: 'NO' },
  })

  test.each([
    { name: 'the same', from: '198.51.100.7', is: 'absent', alone: 'absent' },
    { name: 'the same /24', from: '198.51.100.99', is: 'absent', alone: 'absent' },
    { name: 'the same operator', from: '198.51.101.7', is: 'present 0.1', alone: 'present' },
    {
      name: 'the same operator by IPv6',
      from: '2001:db8:1:1::1',
      is: 'present 0.1',
      alone: 'present',
    },
    { name: 'another operator', from: '203.0.113.1', is: 'present 0.4', alone: 'present' },
    {
      name: 'an operator that nobody knows',
      from: '192.0.2.9',
      is: 'present 0.4',
      alone: 'present',
    },
    { name: 'another country', from: '192.0.2.1', is: 'present', alone: 'present' },
    { name: 'in no database', from: '192.0.2.200', is: 'present', alone: 'present' },
    { name: 'a private address', from: '10.0.0.1', is: 'present', alone: 'present' },
    { name: 'no address', from: '', is: 'unknown', alone: 'unknown' },
  ])('$name', async ({ from, is, alone }) => {
    for (const [detector, expected] of [
      [ipChange({ geography }), is],
      [ipChange(), alone],
    ] as const) {
      const store = memoryStore()
      expect(await wordOf(detector, sceneOf({ store }))).toBe('absent')
      expect(await wordOf(detector, sceneOf({ store, from }))).toBe(expected)
    }
  })

  test('an IPv6 customer is one network', async () => {
    const store = memoryStore()
    const detector = ipChange()
    await detector.judge(sceneOf({ store, from: '2001:db8:1:1::1' }))
    expect(await wordOf(detector, sceneOf({ store, from: '2001:db8:1:1:ffff::2' }))).toBe('absent')
    expect(await wordOf(detector, sceneOf({ store, from: '2001:db8:1:2::1' }))).toBe('present')
  })

  test('is unknown where the database or the store fails', async () => {
    expect(await wordOf(ipChange({ geography: failingGeography }), sceneOf())).toBe('unknown')
    expect(await wordOf(ipChange(), sceneOf({ store: failingStore() }))).toBe('unknown')
  })
})

test('the store is asked once a login, not once a request', async () => {
  let reads = 0
  const store = memoryStore()
  const counting = {
    ...store,
    write: (...call: Parameters<typeof store.write>) => {
      reads += 1
      return store.write(...call)
    },
  }
  const detector = ipChange()
  await detector.judge(sceneOf({ store: counting }))
  for (let i = 0; i < 5; i++)
    expect(detector.judge(sceneOf({ store: counting }))).toEqual({ is: 'absent' })
  expect(reads).toBe(1)
})
