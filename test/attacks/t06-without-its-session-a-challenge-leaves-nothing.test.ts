// T6: taking the session cookie away in the middle of a challenge left a login that needed no second factor
// (two-factor-bundle issue 253; better-auth GHSA-xg6x-h9c9-2m83).
import { expect, test } from 'vitest'
import { forEachShop } from './support/shops.ts'
import { CHALLENGED, EVIDENCE, PASS, SESSION } from './support/visitor.ts'

forEachShop((shop) => {
  test('T6: dropping the session cookie in the middle of a challenge leaves nothing that passes', async () => {
    const alice = shop.visitor()
    await alice.signIn('alice')
    const session = alice.cookies.get(SESSION) ?? ''
    const ticket = await alice.challenged()
    const code = await alice.code('alice')

    alice.cookies.delete(SESSION)
    const answer = await alice.answer('alice', ticket, { code, remember: 'yes' })
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([400, []])
    expect(await alice.transfer(200)).toEqual(CHALLENGED)
    expect(await alice.viewAccount()).toEqual(CHALLENGED)

    // nor in the login of somebody else, or in a new one of one's own
    for (const user of ['bob', 'alice'] as const) {
      await alice.signIn(user)
      expect((await alice.answer('alice', ticket, { code, remember: 'yes' })).status).toBe(400)
      expect(await alice.transfer(200)).toEqual(CHALLENGED)
    }

    alice.cookies.set(SESSION, session)
    expect((await alice.answer('alice', ticket, { code })).status).toBe(303)
    expect(await alice.transfer(200)).toEqual(PASS)
    const held = alice.cookies.get(SESSION) ?? ''
    const evidence = alice.cookies.get(EVIDENCE) ?? ''
    alice.cookies.clear()
    alice.cookies.set(EVIDENCE, evidence)
    expect(await alice.transfer(200)).toEqual(CHALLENGED)
    alice.cookies.clear()
    alice.cookies.set(SESSION, held)
    expect(await alice.transfer(200)).toEqual(CHALLENGED)
  })

  test('T6: without the cookie of its transaction a challenge cannot be answered', async () => {
    const carol = shop.visitor()
    await carol.signIn('carol')
    const ticket = await carol.challenged()
    for (const name of carol.cookies.keys())
      if (name.startsWith('__Host-challenge-')) carol.cookies.delete(name)
    const answer = await carol.answer('carol', ticket, { remember: 'yes' })
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([400, []])
    expect(await carol.transfer(200)).toEqual(CHALLENGED)
  })
})
