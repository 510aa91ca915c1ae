// T27: codes could be guessed without a limit, or with a new limit after a restart (Zitadel CVE-2024-32868).
import { expect, test } from 'vitest'
import { forEachShop } from './support/shops.ts'
import { CHALLENGED, EVIDENCE, type Visitor } from './support/visitor.ts'

const WRONG = { code: '000000' }

forEachShop((shop) => {
  test('T27: a challenge takes five attempts and a user ten, over all challenges, sessions and a crash', async () => {
    const alice = shop.visitor()
    await alice.signIn('alice')
    const ticket = await alice.challenged()
    const wrong = async () => (await alice.answer('alice', ticket, WRONG)).status
    for (let count = 0; count < 3; count++) expect(await wrong()).toBe(401)
    const bob = shop.visitor()
    await bob.signIn('bob')
    for (const one of [await bob.challenged(), await bob.challenged()])
      for (let count = 0; count < 5; count++)
        expect((await bob.answer('bob', one, WRONG)).status).toBe(401)
    const elsewhere = shop.visitor()
    await elsewhere.signIn('bob')
    expect(await rightIsTooLate(elsewhere)).toBe(true)

    await shop.crash()
    for (let count = 0; count < 2; count++) expect(await wrong()).toBe(401)
    expect((await alice.answer('alice', ticket)).status).toBe(400)
    expect(alice.cookies.has(EVIDENCE)).toBe(false)
    expect(await rightIsTooLate(elsewhere)).toBe(true)
    // guessing at bob's locks nobody else out
    const carol = shop.visitor()
    await carol.stepUp('carol')
    expect(carol.cookies.has(EVIDENCE)).toBe(true)
  })

  test('T27: of 50 guesses at the same moment five are looked at', async () => {
    const carol = shop.visitor()
    await carol.signIn('carol')
    const ticket = await carol.challenged()
    const guesses = await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        carol.answer('carol', ticket, { code: String(at).padStart(6, '0') }),
      ),
    )
    const looked = guesses.filter(({ status }) => status === 401)
    expect(looked).toHaveLength(5)
    expect(guesses.filter(({ status }) => status === 400)).toHaveLength(45)
    expect(await carol.transfer(200)).toEqual(CHALLENGED)
    const told = (await shop.audit({ subject: 'carol' })).map(({ entry }) => entry)
    expect(told.filter(({ what }) => what === 'failed')).toHaveLength(5)
  })

  async function rightIsTooLate(browser: Visitor): Promise<boolean> {
    const answer = await browser.answer('bob', await browser.challenged())
    expect(await browser.transfer(200)).toEqual(CHALLENGED)
    return answer.status === 400 && !browser.cookies.has(EVIDENCE)
  }
})
