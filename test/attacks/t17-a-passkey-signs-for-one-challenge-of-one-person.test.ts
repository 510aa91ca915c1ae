// T17: a second factor for one login was taken for another (Keycloak CVE-2023-3597). What a passkey signs is for one
// challenge of one person on one origin, and adding one takes the factor that is there already (T15).
import { expect, test } from 'vitest'
import {
  type Signing,
  type SoftwareAuthenticator,
  softwareAuthenticator,
} from '../support/software-authenticator.ts'
import { forEachShop } from './support/shops.ts'
import { CHALLENGED, PASS, type User, type Visitor } from './support/visitor.ts'

forEachShop((shop) => {
  test('T17: a passkey is added with a fresh code alone, and then stands in for one', async () => {
    const at = { origin: shop.origin() }
    const alice = shop.visitor()
    await alice.beRemembered('alice')
    // neither a login nor a remembered browser is enough
    const asked = await alice.navigate('/passkeys/new')
    expect(asked.headers.get('location')).toContain('/step-up?ticket=')
    expect((await alice.submit('/passkeys', { passkey: '{}' })).headers.get('location')).toContain(
      '/step-up?ticket=',
    )
    const key = await withPasskey(alice, 'alice')
    // whoever was trusted before, and what was proved before, has ended
    expect(await alice.transfer(200)).toEqual(CHALLENGED)

    const ticket = await alice.challenged()
    const answer = await answerBy(alice, ticket, key.get(await asksFor(alice, ticket), at))
    expect(answer.status).toBe(303)
    expect(await alice.transfer(200)).toEqual(PASS)
    const entries = (await shop.audit({ subject: 'alice' })).map(({ entry }) => entry)
    const [decision, completed] = ['decision', 'challenge'].map((type) =>
      entries.findLast((entry) => entry.type === type),
    )
    expect(completed).toMatchObject({ action: 'transfer.create', methods: ['hwk', 'user'] })
    // what the policy's levels make of it: aal2
    expect(decision).toMatchObject({
      action: 'transfer.create',
      outcome: 'pass',
      reasons: expect.arrayContaining([{ code: 'requirement_met', rule: 'money-out' }]),
      facts: {
        session: {
          factors: [
            { from: 'identity', amr: ['pwd'] },
            { from: 'evidence', amr: ['hwk'] },
            { from: 'evidence', amr: ['user'] },
          ],
        },
      },
    })

    const { passkeys } = (await (await alice.fetchJson('/devices')).json()) as {
      readonly passkeys: readonly { readonly id: string }[]
    }
    expect(passkeys.map(({ id }) => id)).toEqual([key.id])
    expect((await alice.submit(`/passkeys/${key.id}/remove`, {})).status).toBe(303)
    // and that has ended what it proved
    expect(await alice.transfer(200)).toEqual(CHALLENGED)
  })

  test('T17: what was signed for another challenge, by another, elsewhere or without the person is refused', async () => {
    const at = { origin: shop.origin() }
    const [bob, elsewhere, carol] = [shop.visitor(), shop.visitor(), shop.visitor()]
    const key = await withPasskey(bob, 'bob')
    const carols = await withPasskey(carol, 'carol')
    await elsewhere.signIn('bob')
    const ticket = await bob.challenged()
    const other = await elsewhere.challenged()
    const wrong = async (signing: Partial<Signing>, by = key, of = ticket) => {
      const options = await asksFor(of === other ? elsewhere : bob, of)
      const reply = await answerBy(bob, ticket, by.get(options, { ...at, ...signing }))
      return [reply.status, (await bob.transfer(200)).status]
    }
    const refused = [401, 401]
    expect(await wrong({ origin: 'https://localhost.evil.example', rpId: 'localhost' })).toEqual(
      refused,
    )
    expect(await wrong({ verified: false })).toEqual(refused)
    expect(await wrong({}, carols)).toEqual(refused)
    expect(await wrong({}, key, other)).toEqual(refused)
    expect(await bob.transfer(200)).toEqual(CHALLENGED)

    const again = await bob.challenged()
    const lost = key.get(await asksFor(bob, again), { ...at, counter: 1 })
    expect((await answerBy(bob, again, lost)).status).toBe(401)
    const good = key.get(await asksFor(bob, again), { ...at, counter: 100 })
    expect((await answerBy(bob, again, good)).status).toBe(303)
    expect(await bob.transfer(200)).toEqual(PASS)
    // the ticket is used up, and for the next one it says nothing
    expect((await answerBy(bob, again, good)).status).toBe(400)
    await bob.signIn('bob')
    expect((await answerBy(bob, await bob.challenged(), good)).status).toBe(401)
    expect(await bob.transfer(200)).toEqual(CHALLENGED)
  })
})

async function withPasskey(who: Visitor, user: User): Promise<SoftwareAuthenticator> {
  const key = softwareAuthenticator()
  await who.stepUp(user)
  const { offer } = await (await who.fetchJson('/passkeys/new')).json()
  const added = await who.submit('/passkeys', {
    passkey: key.create(offer, { origin: who.origin }),
  })
  expect([added.status, added.headers.get('location')]).toEqual([303, '/devices'])
  return key
}

/** What the page of a challenge asks a passkey to sign. */
async function asksFor(who: Visitor, ticket: string): Promise<{ readonly challenge: string }> {
  const page = await (await who.navigate(`/step-up?ticket=${ticket}`)).text()
  const options = /data-passkey-ask="([^"]*)"/.exec(page)?.[1] ?? ''
  return JSON.parse(options.replaceAll('&quot;', '"'))
}

function answerBy(who: Visitor, ticket: string, passkey: string): Promise<Response> {
  return who.submit('/step-up', { ticket, passkey })
}
