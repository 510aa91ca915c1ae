// T29: the session kept its id through a login, so that one that was planted before was raised with it
// (passport CVE-2022-25896).
import { expect, test } from 'vitest'
import { forEachShop } from './support/shops.ts'
import { CHALLENGED, EVIDENCE, PASS, SESSION } from './support/visitor.ts'

forEachShop((shop) => {
  test('T29: a step-up changes the session, and the one that was known before is worth nothing', async () => {
    const alice = shop.visitor()
    await alice.signIn('alice')
    const fixed = alice.cookies.get(SESSION) ?? ''
    const thief = shop.visitor()
    thief.cookies.set(SESSION, fixed)
    expect(await thief.viewAccount()).toEqual(PASS)

    expect((await alice.answer('alice', await alice.challenged())).status).toBe(303)
    expect(alice.cookies.get(SESSION)).not.toBe(fixed)
    expect(await alice.transfer(200)).toEqual(PASS)
    expect(await thief.viewAccount()).toEqual(CHALLENGED)
    thief.cookies.set(EVIDENCE, alice.cookies.get(EVIDENCE) ?? '')
    expect(await thief.transfer(200)).toEqual(CHALLENGED)
  })

  test('T29: what was pending in another tab can still be answered after it, once', async () => {
    const bob = shop.visitor()
    await bob.signIn('bob')
    const first = await bob.challenged()
    const second = await bob.challengedForKey()
    expect((await bob.answer('bob', first)).status).toBe(303)
    expect((await bob.navigate(`/step-up?ticket=${second}`)).status).toBe(200)
    expect((await bob.answer('bob', second)).status).toBe(303)
    expect((await bob.answer('bob', second)).status).toBe(400)
    expect(await bob.makeKey()).toEqual(PASS)
  })

  test('T29: what was pending does not pass on to another login of the same person', async () => {
    const carol = shop.visitor()
    await carol.signIn('carol')
    const pending = await carol.challengedForKey()
    const cookies = new Map(carol.cookies)
    const other = shop.visitor()
    await other.stepUp('carol')
    for (const [name, value] of cookies)
      if (name.startsWith('__Host-challenge-')) other.cookies.set(name, value)
    expect((await other.answer('carol', pending)).status).toBe(400)
    expect((await carol.answer('carol', pending)).status).toBe(303)
  })
})
