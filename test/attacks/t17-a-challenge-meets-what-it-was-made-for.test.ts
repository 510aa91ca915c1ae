// T17: a second factor for one login was taken for another, and parameters of the URL were believed
// (Keycloak CVE-2023-3597; OWASP wstg pull 1134).
import { expect, test } from 'vitest'
import { shopPolicy } from './support/shop-policy.ts'
import { forEachShop } from './support/shops.ts'
import { CHALLENGED, EVIDENCE, PASS } from './support/visitor.ts'

forEachShop((shop) => {
  test('T17: what the URL or the form says about the requirement changes nothing', async () => {
    const alice = shop.visitor()
    await alice.signIn('alice')
    const ticket = await alice.challenged()
    const said = new URLSearchParams({
      acr_values: 'aal1',
      acr: 'aal1',
      max_age: '99999999',
      requirement: '{"acr":"aal1"}',
      action: 'account.view',
      subject: 'bob',
      tries: '0',
    })
    const asked = {
      subject: 'alice',
      action: 'transfer.create',
      resource: { amount: 200, payee: 'ACME' },
    }
    const shown = await alice.fetchJson(`/step-up?ticket=${ticket}&${said}`)
    expect(await shown.json()).toMatchObject({
      ...asked,
      requirement: { acr: 'aal2', maxAgeSeconds: 900 },
    })
    const wrong = await alice.answer('alice', ticket, {
      ...Object.fromEntries(said),
      code: '000000',
    })
    expect([wrong.status, alice.cookies.has(EVIDENCE)]).toEqual([401, false])
    expect(await alice.transfer(200)).toEqual(CHALLENGED)
  })

  test('T17: a challenge for less does not meet what asks for more, and each ticket is for its own', async () => {
    await shop.operate('activate', {
      policy: shopPolicy(({ rules }) => {
        for (const rule of rules)
          if (rule['id'] === 'keys') rule['require'] = { acr: 'aal3', maxAge: '5m' }
      }),
    })
    const bob = shop.visitor()
    await bob.signIn('bob')
    const money = await bob.challenged()
    const key = await bob.challengedForKey()
    expect((await bob.answer('bob', money)).status).toBe(303)
    expect(await bob.transfer(200)).toEqual(PASS)
    expect(await bob.makeKey()).toEqual(CHALLENGED)
    // the ticket of the money was used up, and that of the key still asks for its own level
    expect((await bob.answer('bob', money)).status).toBe(400)
    const tooLittle = await bob.answer('bob', key)
    expect(tooLittle.headers.get('location')).toContain('/step-up?ticket=')
    expect(await bob.makeKey()).toEqual(CHALLENGED)
  })

  test('T17: a ticket that was changed is none', async () => {
    const carol = shop.visitor()
    await carol.signIn('carol')
    const [money, other] = [await carol.challenged(), await carol.challenged()]
    const [header, key, iv, text, tag] = money.split('.')
    const [, , otherIv, otherText, otherTag] = other.split('.')
    for (const mixed of [
      [header, key, otherIv, text, tag],
      [header, key, iv, otherText, tag],
      [header, key, iv, text, otherTag],
      [header, key, otherIv, otherText, tag],
    ])
      expect((await carol.navigate(`/step-up?ticket=${mixed.join('.')}`)).status).toBe(400)
  })
})
