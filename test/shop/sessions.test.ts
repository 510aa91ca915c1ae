import { statSync } from 'node:fs'
import { join } from 'node:path'
import { decodeJwt, SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { createSessions } from '../../examples/shop/src/sessions.ts'
import { openShopFiles } from '../../examples/shop/src/shop-files.ts'
import { temporaryDirectory } from './temporary-files.ts'

const START = Date.UTC(2026, 10, 24, 12)
const HOUR = 60 * 60_000

function setUp() {
  const directory = temporaryDirectory()
  const clock = { at: START }
  const open = () => createSessions(openShopFiles(directory), () => clock.at)
  return { directory, sessions: open(), restart: open, later: (ms: number) => (clock.at += ms) }
}

/** What a browser sends back for a `Set-Cookie`. */
function pairOf(setCookie: string): string {
  return setCookie.split(';')[0] ?? ''
}

function tokenOf(setCookie: string): string {
  return pairOf(setCookie).slice('__Host-session='.length)
}

describe('a session', () => {
  test('is what a guard takes as an identity', async () => {
    const { sessions } = setUp()
    const { cookie, session } = await sessions.start('alice')
    expect(session).toEqual({
      subject: 'alice',
      session: expect.stringMatching(/^[0-9a-f-]{36}$/),
      authTime: new Date(START),
      acr: 'aal1',
      amr: ['pwd'],
    })
    expect(await sessions.read(`other=1; ${pairOf(cookie)}`)).toEqual(session)
  })

  test('lies in a cookie that only this host gets and no script reads', async () => {
    const { cookie } = await setUp().sessions.start('alice')
    expect(cookie).toMatch(
      /^__Host-session=[\w.-]+; Path=\/; Max-Age=43200; HttpOnly; Secure; SameSite=Lax$/,
    )
    expect(decodeJwt(tokenOf(cookie))).toMatchObject({
      sub: 'alice',
      acr: 'aal1',
      amr: ['pwd'],
      auth_time: START / 1000,
    })
  })

  test('outlives a restart, but not its end, and the end outlives a restart too', async () => {
    const { sessions, restart } = setUp()
    const { cookie, session } = await sessions.start('alice')
    const other = await sessions.start('alice')
    expect(await restart().read(pairOf(cookie))).toEqual(session)
    expect(sessions.end(session)).toMatch(/^__Host-session=; Path=\/; Max-Age=0;/)
    expect(await sessions.read(pairOf(cookie))).toBeUndefined()
    expect(await restart().read(pairOf(cookie))).toBeUndefined()
    expect(await restart().read(pairOf(other.cookie))).toEqual(other.session)
  })

  test('ends after twelve hours, whatever the browser keeps', async () => {
    const { sessions, later } = setUp()
    const { cookie } = await sessions.start('alice')
    later(12 * HOUR - 1000)
    expect(await sessions.read(pairOf(cookie))).toBeDefined()
    later(1000)
    expect(await sessions.read(pairOf(cookie))).toBeUndefined()
  })

  test('gets a new id when it is renewed, grows no younger, and the old id holds until it is ended', async () => {
    const { sessions, later } = setUp()
    const old = await sessions.start('alice')
    later(HOUR)
    const renewed = await sessions.renew(old.session)
    expect(renewed.session.session).not.toBe(old.session.session)
    expect(renewed.session).toEqual({ ...old.session, session: renewed.session.session })
    expect(await sessions.read(pairOf(old.cookie))).toEqual(old.session)
    sessions.end(old.session)
    expect(await sessions.read(pairOf(old.cookie))).toBeUndefined()
    expect(await sessions.read(pairOf(renewed.cookie))).toEqual(renewed.session)
    later(11 * HOUR)
    expect(await sessions.read(pairOf(renewed.cookie))).toBeUndefined()
  })

  test('of another data directory is none', async () => {
    const { cookie } = await setUp().sessions.start('alice')
    expect(await setUp().sessions.read(pairOf(cookie))).toBeUndefined()
  })

  test('is none where its cookie is missing, empty, malformed or there twice', async () => {
    const { sessions } = setUp()
    const pair = pairOf((await sessions.start('alice')).cookie)
    for (const header of [undefined, null, '', '__Host-session=', '__Host-session=x.y.z'])
      expect(await sessions.read(header)).toBeUndefined()
    expect(await sessions.read(`${pair}; ${pair}`)).toBeUndefined()
    expect(await sessions.read(`x${pair}`)).toBeUndefined()
  })

  test('cannot be forged with another key, without one, or for an unknown user', async () => {
    const { sessions, directory } = setUp()
    const claims = decodeJwt(tokenOf((await sessions.start('alice')).cookie))
    const ours = openShopFiles(join(directory, 'shop', '..')).key('session cookie', 32)
    const sign = (payload: object, key: Uint8Array) =>
      new SignJWT({ ...payload }).setProtectedHeader({ alg: 'HS256' }).sign(key)
    const read = (token: string) => sessions.read(`__Host-session=${token}`)

    expect(await read(await sign(claims, ours))).toBeDefined()
    expect(await read(await sign(claims, new Uint8Array(32)))).toBeUndefined()
    expect(await read(new UnsecuredJWT({ ...claims }).encode())).toBeUndefined()
    expect(await read(await sign({ ...claims, sub: 'mallory' }, ours))).toBeUndefined()
    expect(await read(await sign({ ...claims, aud: 'another' }, ours))).toBeUndefined()
    expect(await read(await sign({ ...claims, sid: undefined }, ours))).toBeUndefined()
  })

  test('leaves files that nobody else reads', async () => {
    const { sessions, directory } = setUp()
    sessions.end((await sessions.start('alice')).session)
    for (const name of ['secret', 'ended-sessions.json'])
      expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600)
  })
})
