// Remembered devices: given by a challenge, good in the next login, gone when they are revoked.
import { describe, expect, test } from 'vitest'
import { challenged, meet } from './challenge-contract.ts'
import { ownCookies } from './expect-reply.ts'
import type { ContractContext } from './guard-contract.ts'
import { type Person, person } from './person.ts'

const json = { amount: 200, payee: 'ACME' }
const REMEMBERED = { outcome: 'opt-out', optOuts: ['remembered-device'] }

export function deviceContract({ origin, has }: ContractContext): void {
  async function remembered(): Promise<Person> {
    const alice = person(origin())
    const done = await meet(alice, await challenged(alice), { remember: 'yes' })
    expect(deviceCookies(done)).toHaveLength(1)
    alice.signIn()
    return alice
  }

  describe('a remembered device', () => {
    test('answers for the second factor in the next login, is sealed to it once, and ends when revoked', async () => {
      const alice = await remembered()
      const first = await alice.fetchJson('/transfer', { json })
      expect(await first.json()).toMatchObject(REMEMBERED)
      expect(deviceCookies(first)).toHaveLength(1)
      const second = await alice.fetchJson('/transfer', { json })
      expect(await second.json()).toMatchObject(REMEMBERED)
      expect(deviceCookies(second)).toEqual([])

      const { devices } = await (await alice.fetchJson('/devices')).json()
      expect(devices).toHaveLength(1)
      expect((await alice.fetchJson('/devices/revoke', { json: {} })).status).toBe(200)
      expect((await alice.fetchJson('/transfer', { json })).status).toBe(401)
    })

    if (has('nested'))
      test('is sealed once where guards stand inside guards', async () => {
        const alice = await remembered()
        const reply = await alice.fetchJson('/nested/transfer', { json })
        expect((await reply.json()).inner).toMatchObject(REMEMBERED)
        expect(ownCookies(reply)).toHaveLength(1)
      })

    test('does not answer for what is sensitive, nor for anybody else (T1)', async () => {
      const alice = await remembered()
      expect((await alice.fetchJson('/keys', { json: { name: 'ci' } })).status).toBe(401)
      const mallory = person(origin())
      for (const [name, value] of alice.cookies)
        if (name.startsWith('__Host-device-')) mallory.cookies.set(name, value)
      expect((await mallory.fetchJson('/transfer', { json })).status).toBe(401)
    })

    test('is not given by a challenge that did not ask for it', async () => {
      const alice = person(origin())
      expect(deviceCookies(await meet(alice, await challenged(alice)))).toEqual([])
    })
  })
}

function deviceCookies(reply: Response): readonly string[] {
  const given = ownCookies(reply).filter(({ maxAge }) => maxAge > 0)
  return given.map(({ name }) => name).filter((name) => name.startsWith('__Host-device-'))
}
