// T21: a challenge that brought too little led to the next one, for ever (quarkus issue 54785).
import { expect, test } from 'vitest'
import { shopPolicy } from './support/shop-policy.ts'
import { forEachShop } from './support/shops.ts'
import { givenDevices, ticketOf } from './support/visitor.ts'

forEachShop((shop) => {
  test('T21: after a challenge that brought too little there is one more try, then a terminal 403', async () => {
    await shop.operate('activate', {
      policy: shopPolicy(({ rules }) => {
        for (const rule of rules)
          if (rule['id'] === 'money-out') rule['require'] = { acr: 'aal3', maxAge: '15m' }
      }),
    })
    const alice = shop.visitor()
    await alice.signIn('alice')
    const first = await alice.answer('alice', await alice.challenged(), { remember: 'yes' })
    expect([first.status, givenDevices(first)]).toEqual([303, []])
    const again = ticketOf(first.headers.get('location'))
    expect((await alice.navigate(`/step-up?ticket=${again}`)).status).toBe(200)
    const second = await alice.answer('alice', again, { remember: 'yes' })
    expect([second.status, second.headers.get('location'), givenDevices(second)]).toEqual([
      403,
      null,
      [],
    ])

    for (let count = 0; count < 3; count++) {
      const reply = await alice.fetchJson('/transfer', { json: { amount: 200, payee: 'ACME' } })
      expect([reply.status, await reply.json()]).toEqual([
        403,
        expect.objectContaining({ code: 'too_little' }),
      ])
      const page = await alice.submit('/transfer', { amount: '200', payee: 'ACME' })
      expect([page.status, page.headers.get('location')]).toEqual([403, null])
    }
    const told = (await shop.audit({ subject: 'alice' })).map(({ entry }) => entry)
    expect(told.filter(({ what }) => what === 'too_little')).toHaveLength(2)
  })
})
