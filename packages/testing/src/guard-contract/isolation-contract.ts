// Two people's requests at the same moment never share a decision (T23).
import { describe, expect, test } from 'vitest'
import type { ContractContext } from './guard-contract.ts'
import { person } from './person.ts'

const PEOPLE = 8
const ROUNDS = 5

export function isolationContract({ origin }: ContractContext): void {
  describe('requests at the same moment', () => {
    test('are each decided for the person who sent it', async () => {
      const people = Array.from({ length: PEOPLE }, (_, at) =>
        // the later they come, the sooner they are known: answers overtake each other
        person(origin(), { delayMs: (PEOPLE - at) * 5, acr: at % 2 === 0 ? 'aal2' : 'aal1' }),
      )
      const asked = people.flatMap((one, at) =>
        Array.from({ length: ROUNDS }, async () => {
          const mine = await one.fetchJson('/account')
          expect(await mine.json()).toMatchObject({ outcome: 'pass', subject: one.subject })
          const money = await one.fetchJson('/transfer', { json: { amount: 200, payee: 'ACME' } })
          expect(money.status).toBe(at % 2 === 0 ? 200 : 401)
          return (await money.json()) as { readonly id?: string; readonly decision?: string }
        }),
      )
      const ids = (await Promise.all(asked)).map(({ id, decision }) => id ?? decision)
      expect(new Set(ids).size).toBe(PEOPLE * ROUNDS)
    })
  })
}
