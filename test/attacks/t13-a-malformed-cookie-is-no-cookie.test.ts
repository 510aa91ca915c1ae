// T13: a malformed cookie was an error that let the request through (authentik CVE-2026-25748); of two cookies of one
// name the planted one won.
import { expect, test } from 'vitest'
import { forEachShop } from './support/shops.ts'
import {
  CHALLENGED,
  deviceCookie,
  EVIDENCE,
  PASS,
  REMEMBERED,
  SESSION,
  type Visitor,
} from './support/visitor.ts'

const MALFORMED = [
  '',
  '%',
  '%00',
  '%E0%A4%A',
  '"',
  '"unclosed',
  '....',
  'a.b.c.d.e',
  '{"subject":"alice"}',
  'x'.repeat(4_000),
  'é',
  '=',
]

forEachShop((shop) => {
  test('T13: a malformed cookie counts as no cookie, and breaks nothing', async () => {
    const alice = shop.visitor()
    await alice.beRemembered('alice')
    expect(await alice.transfer(200)).toEqual(REMEMBERED)
    const [name] = deviceCookie(alice)
    const session = `${SESSION}=${alice.cookies.get(SESSION)}`
    for (const value of MALFORMED) {
      const spoilt = `${session}; ${name}=${value}; ${EVIDENCE}=${value}; __Host-challenge-x=${value}`
      expect(await alice.viewAccount({ headers: { cookie: latin(spoilt) } }), value).toEqual(PASS)
    }
    for (const value of MALFORMED.slice(0, 6)) {
      const spoilt = `${session}; ${name}=${value}; ${EVIDENCE}=${value}`
      expect(await alice.transfer(200, { headers: { cookie: latin(spoilt) } }), value).toEqual(
        CHALLENGED,
      )
      const nobody = { headers: { cookie: latin(`${SESSION}=${value}`) } }
      expect(await alice.viewAccount(nobody), value).toEqual(CHALLENGED)
    }
  })

  test('T13: two cookies of one name are none, in whichever order', async () => {
    const bob = shop.visitor()
    await bob.beRemembered('bob')
    expect(await bob.transfer(200)).toEqual(REMEMBERED)
    const [device, trust] = deviceCookie(bob)
    expect(await bob.transfer(200, twice(bob, device, 'planted'))).toEqual(CHALLENGED)
    expect(await bob.transfer(200, twice(bob, device, trust))).toEqual(CHALLENGED)
    expect(await bob.transfer(200, twice(bob, device, ''))).toEqual(CHALLENGED)
    expect(await bob.transfer(200, twice(bob, SESSION, 'planted'))).toEqual(CHALLENGED)

    await bob.stepUp('bob')
    bob.cookies.delete(device)
    expect(await bob.transfer(200)).toEqual(PASS)
    const planted = twice(bob, EVIDENCE, 'planted')
    expect(await bob.transfer(200, planted)).toEqual(CHALLENGED)
    const first = { headers: { cookie: planted.headers.cookie.split('; ').reverse().join('; ') } }
    expect(await bob.transfer(200, first)).toEqual(CHALLENGED)
  })

  test('T13: two tickets of one challenge, and two cookies of its transaction, open nothing', async () => {
    const carol = shop.visitor()
    await carol.signIn('carol')
    const ticket = await carol.challenged()
    const other = await carol.challenged()
    expect((await carol.navigate(`/step-up?ticket=${ticket}&ticket=${other}`)).status).toBe(400)
    const [name] = [...carol.cookies.keys()].filter((one) => one.startsWith('__Host-challenge-'))
    const cookie = twice(carol, name ?? '', 'planted')
    const opened = [ticket, other].map(async (one) =>
      carol.navigate(`/step-up?ticket=${one}`, cookie),
    )
    const statuses = (await Promise.all(opened)).map(({ status }) => status)
    expect(statuses.sort()).toEqual([200, 400])
  })
})

function twice({ cookies }: Visitor, name: string, value: string) {
  const pairs = [...cookies, [name, value]].map(([key, held]) => `${key}=${held}`)
  return { headers: { cookie: pairs.join('; ') } }
}

/** Bytes beyond ASCII, as a client can send them. */
function latin(text: string): string {
  return Buffer.from(text).toString('latin1')
}
