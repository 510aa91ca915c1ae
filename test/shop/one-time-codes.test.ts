import { describe, expect, test } from 'vitest'
import { demoAuthenticator, isFromHere } from '../../examples/shop/src/demo-authenticator.ts'
import { createOneTimeCodes, type OneTimeCodes } from '../../examples/shop/src/one-time-codes.ts'
import { openShopFiles } from '../../examples/shop/src/shop-files.ts'
import { temporaryDirectory } from './temporary-files.ts'

const START = Date.UTC(2026, 10, 24, 12, 0, 5)

function setUp(demo = false, directory = temporaryDirectory()) {
  const clock = { at: START }
  const open = () => createOneTimeCodes(openShopFiles(directory), { demo, now: () => clock.at })
  return { clock, codes: open(), restart: open, later: (ms: number) => (clock.at += ms) }
}

function codeOf(codes: OneTimeCodes, user: string): string {
  const code = codes.current(user)
  if (code === undefined) throw new Error(`no code left for ${user}`)
  return code
}

describe('a one-time code', () => {
  test('is good once', () => {
    const { codes } = setUp()
    const code = codeOf(codes, 'alice')
    expect(code).toMatch(/^\d{6}$/)
    expect(codes.spend('alice', code)).toBe(true)
    expect(codes.spend('alice', code)).toBe(false)
  })

  test('stays spent over a restart', () => {
    const { codes, restart } = setUp()
    const code = codeOf(codes, 'alice')
    expect(codes.spend('alice', code)).toBe(true)
    expect(restart().spend('alice', code)).toBe(false)
    expect(restart().current('alice')).not.toBe(code)
  })

  test('comes from a secret that outlives a restart, one for each user and each data directory', () => {
    const { codes, restart } = setUp()
    const code = codeOf(codes, 'alice')
    expect(restart().current('alice')).toBe(code)
    const others = [codeOf(codes, 'bob'), codeOf(codes, 'carol'), codeOf(setUp().codes, 'alice')]
    expect(new Set([code, ...others]).size).toBeGreaterThan(2)
    expect(codes.spend('bob', code)).toBe(code === others[0])
  })

  test.each([
    { name: 'a step early or late', afterMs: 30_000, holds: true },
    { name: 'two steps late', afterMs: 60_000, holds: false },
  ])('$name: $holds', ({ afterMs, holds }) => {
    const { codes, later } = setUp()
    const code = codeOf(codes, 'alice')
    later(afterMs)
    expect(codes.spend('alice', code)).toBe(holds)
  })

  test('of the next step is shown when this one is spent, and none after that until time goes on', () => {
    const { codes, later } = setUp()
    expect(codes.spend('alice', codeOf(codes, 'alice'))).toBe(true)
    expect(codes.spend('alice', codeOf(codes, 'alice'))).toBe(true)
    expect(codes.current('alice')).toBeUndefined()
    later(30_000)
    expect(codes.spend('alice', codeOf(codes, 'alice'))).toBe(true)
  })

  test('may be typed with a space', () => {
    const { codes } = setUp()
    const code = codeOf(codes, 'alice')
    expect(codes.spend('alice', `${code.slice(0, 3)} ${code.slice(3)}`)).toBe(true)
  })

  test.each([undefined, '', '12345', '1234567', 'abcdef', ['123456'], 123456, { length: 6 }])(
    'is not %j',
    (code) => expect(setUp().codes.spend('alice', code)).toBe(false),
  )

  test.each(['mallory', '', '__proto__', 'constructor'])('does not exist for %j', (user) => {
    const { codes } = setUp()
    expect(codes.current(user)).toBeUndefined()
    expect(codes.spend(user, '123456')).toBe(false)
  })

  test('is there for twenty step-ups in a row in the demo, and a phone still works after them', () => {
    const directory = temporaryDirectory()
    const { codes, later } = setUp(true, directory)
    for (let round = 0; round < 20; round++)
      expect(codes.spend('alice', codeOf(codes, 'alice'))).toBe(true)
    later(30 * 60_000)
    expect(codes.spend('alice', codeOf(codes, 'alice'))).toBe(true)
  })
})

describe('the demo authenticator', () => {
  test.each([
    { name: 'in the demo, from here', user: 'alice', demo: true, fromHere: true, status: 200 },
    { name: 'outside the demo', user: 'alice', demo: false, fromHere: true, status: 404 },
    { name: 'from elsewhere', user: 'alice', demo: true, fromHere: false, status: 404 },
    { name: 'for nobody', user: undefined, demo: true, fromHere: true, status: 404 },
    { name: 'for an unknown user', user: 'mallory', demo: true, fromHere: true, status: 404 },
  ])('$name: $status', ({ status, ...ask }) => {
    const { codes } = setUp(ask.demo)
    const reply = demoAuthenticator(codes, ask)
    expect(reply.status).toBe(status)
    expect('code' in reply.body).toBe(status === 200)
    if ('code' in reply.body) expect(codes.spend('alice', reply.body.code)).toBe(true)
  })

  test('says so when all codes are spent', () => {
    const { codes } = setUp(true)
    while (codes.current('alice') !== undefined) codes.spend('alice', codes.current('alice'))
    const reply = demoAuthenticator(codes, { user: 'alice', demo: true, fromHere: true })
    expect(reply).toEqual({
      status: 429,
      body: { title: expect.stringContaining('Wait a minute') },
    })
  })

  test.each([
    { peer: '127.0.0.1', host: 'localhost:3000', here: true },
    { peer: '::1', host: '[::1]:3000', here: true },
    { peer: '::ffff:127.0.0.1', host: '127.0.0.1', here: true },
    { peer: '192.168.0.7', host: 'localhost:3000', here: false },
    { peer: undefined, host: 'localhost:3000', here: false },
    { peer: '127.0.0.1', host: 'rebound.example:3000', here: false },
    { peer: '127.0.0.1', host: 'localhost.evil.example', here: false },
    { peer: '127.0.0.1', host: undefined, here: false },
  ])('peer $peer, host $host: here is $here', ({ peer, host, here }) =>
    expect(isFromHere(peer, host)).toBe(here),
  )
})
