// T19: a proof of one user or session was good in another, and was used twice by parallel requests
// (Zitadel CVE-2025-46815; Atlas issue 157).
import { expect, test } from 'vitest'
import { forEachShop } from './support/shops.ts'
import { CHALLENGED, EVIDENCE, PASS, SMALL } from './support/visitor.ts'

forEachShop((shop) => {
  test('T19: evidence counts for its own subject, in its own session', async () => {
    const alice = shop.visitor()
    await alice.stepUp('alice')
    expect(await alice.transfer(200)).toEqual(PASS)
    const evidence = alice.cookies.get(EVIDENCE) ?? ''
    for (const user of ['bob', 'alice'] as const) {
      const thief = shop.visitor()
      await thief.signIn(user)
      thief.cookies.set(EVIDENCE, evidence)
      expect(await thief.transfer(200), user).toEqual(CHALLENGED)
    }
    await alice.signOut()
    alice.cookies.set(EVIDENCE, evidence)
    expect(await alice.transfer(200)).toEqual(CHALLENGED)
    await alice.signIn('alice')
    expect(await alice.transfer(200)).toEqual(CHALLENGED)
  })

  test('T19: of 50 answers at the same moment, one completes the challenge', async () => {
    const bob = shop.visitor()
    await bob.signIn('bob')
    const ticket = await bob.challenged()
    const code = await bob.code('bob')
    const cookie = [...bob.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answers = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const browser = shop.visitor()
        const reply = await browser.submit(
          '/step-up',
          { ticket, code, remember: 'yes' },
          { headers: { cookie } },
        )
        return { status: reply.status, evident: browser.cookies.has(EVIDENCE) }
      }),
    )
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1)
    expect(answers.filter(({ evident }) => evident)).toHaveLength(1)
    expect(await shop.operate('devices.list', { subject: 'bob' })).toHaveLength(1)
    expect((await bob.answer('bob', ticket)).status).toBe(400)
  })

  test('T19: of 50 small payments at the same moment, five go through', async () => {
    const carol = shop.visitor()
    await carol.signIn('carol')
    const paid = await Promise.all(Array.from({ length: 50 }, () => carol.transfer(20)))
    const through = paid.filter(({ status }) => status === 200)
    expect(through).toEqual(Array(5).fill(SMALL))
    expect(await carol.transfer(1)).toEqual(CHALLENGED)
  })
})
