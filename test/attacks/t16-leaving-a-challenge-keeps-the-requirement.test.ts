// T16: restarting or leaving a login half-way dropped its requirement (Keycloak CVE-2026-94218).
import { expect, test } from 'vitest'
import { forEachShop } from './support/shops.ts'
import { CHALLENGED, EVIDENCE } from './support/visitor.ts'

forEachShop((shop) => {
  test('T16: a challenge that is left, restarted, failed or reloaded asks for the same afterwards', async () => {
    const alice = shop.visitor()
    await alice.signIn('alice')
    const demands = async () => {
      const reply = await alice.fetchJson('/transfer', { json: { amount: 200, payee: 'ACME' } })
      return [reply.status, reply.headers.get('www-authenticate')]
    }
    const first = await demands()
    expect(first).toEqual([401, expect.stringContaining('acr_values="aal2", max_age="900"')])

    const ticket = await alice.challenged()
    const shown = async (one: string) => {
      const { requirement, action } = (await (
        await alice.fetchJson(`/step-up?ticket=${one}`)
      ).json()) as { readonly requirement: unknown; readonly action: unknown }
      return { requirement, action }
    }
    const asked = { requirement: { acr: 'aal2', maxAgeSeconds: 900 }, action: 'transfer.create' }
    expect(await shown(ticket)).toEqual(asked)
    for (const leave of [
      () => alice.navigate('/account'),
      () => alice.navigate('/'),
      () => alice.navigate('/login'),
      () => alice.navigate(`/step-up?ticket=${ticket}`),
      () => alice.answer('alice', ticket, { code: '000000' }),
      () => alice.navigate('/step-up'),
      () => alice.submit('/step-up', {}),
    ]) {
      await leave()
      expect(await demands()).toEqual(first)
      expect(alice.cookies.has(EVIDENCE)).toBe(false)
    }
    const restarted = await alice.challenged()
    expect(restarted).not.toBe(ticket)
    expect(await shown(restarted)).toEqual(asked)
    expect(await shown(ticket)).toEqual(asked)
    expect(await demands()).toEqual(first)
  })

  test('T16: signing out and in again in the middle leaves the challenge undone', async () => {
    const bob = shop.visitor()
    await bob.signIn('bob')
    const ticket = await bob.challengedForKey()
    await bob.signOut()
    await bob.signIn('bob')
    expect((await bob.answer('bob', ticket)).status).toBe(400)
    expect(await bob.makeKey()).toEqual(CHALLENGED)
  })
})
