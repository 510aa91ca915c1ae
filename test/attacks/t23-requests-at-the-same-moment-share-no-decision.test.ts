// T23: two users' requests in one process were served with one session (nextjs-auth0 GHSA-xq8m-7c5p-c2r6).
import { expect, test } from 'vitest'
import { forEachShop } from './support/shops.ts'
import { CHALLENGED, PASS, SMALL, toOutcome, type User } from './support/visitor.ts'

interface Told {
  readonly user: string
  readonly decision: { readonly id: string }
}

forEachShop((shop) => {
  test('T23: each of many requests at the same moment is decided for the person who sent it', async () => {
    const users: readonly User[] = ['alice', 'bob', 'carol']
    const people = users.map((user) => ({ user, browser: shop.visitor() }))
    for (const { user, browser } of people)
      await (user === 'alice' ? browser.stepUp(user) : browser.signIn(user))

    const rounds = Array.from({ length: 10 }, () => people).flat()
    const asked = rounds.map(async ({ user, browser }, at) => {
      if (at % 2 === 1) {
        const outcome = await browser.transfer(200)
        expect(outcome, user).toEqual(user === 'alice' ? PASS : CHALLENGED)
        return undefined
      }
      const { user: seen, decision } = (await (await browser.fetchJson('/account')).json()) as Told
      expect(seen).toBe(user)
      return [decision.id, user] as const
    })
    const decided = new Map((await Promise.all(asked)).filter((one) => one !== undefined))
    expect(decided.size).toBe(15)
    for (const { entry } of await shop.audit())
      if (entry.id !== undefined && decided.has(entry.id))
        expect(entry.subject).toBe(decided.get(entry.id))
  })

  test('T23: one person may pay while another, in the same moment, may not', async () => {
    const bob = shop.visitor()
    const carol = shop.visitor()
    await bob.signIn('bob')
    await carol.signIn('carol')
    const json = { amount: 30, payee: 'ACME' }
    for (let count = 0; count < 3; count++) {
      const [small, large] = await Promise.all([
        bob.fetchJson('/transfer', { json }),
        carol.fetchJson('/transfer', { json: { ...json, amount: 31 } }),
      ])
      expect(await toOutcome(small)).toEqual(SMALL)
      expect(await toOutcome(large)).toEqual(CHALLENGED)
    }
  })
})
