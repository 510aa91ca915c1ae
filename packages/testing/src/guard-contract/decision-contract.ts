// Going on: passes and opt-outs, the resource as the policy sees it, and what proves that our own page asked.
import { describe, expect, test } from 'vitest'
import { browserLikeClient } from './browser-like-client.ts'
import { expectGuarded } from './expect-reply.ts'
import type { ContractContext } from './guard-contract.ts'
import { person } from './person.ts'

const SMALL = { amount: 20, payee: 'ACME' }

export function decisionContract({ origin, has }: ContractContext): void {
  describe('when the policy is met or an opt-out holds', () => {
    test('a route of the policy passes', async () => {
      const alice = person(origin())
      const reply = await alice.fetchJson('/account')
      expect(reply.status).toBe(200)
      expect(await reply.json()).toMatchObject({ outcome: 'pass', subject: alice.subject })
      expectGuarded(reply)
    })

    test('a small payment goes on an opt-out, as JSON and as a form, until the allowance is spent', async () => {
      const alice = person(origin())
      const json = await alice.fetchJson('/transfer', { json: SMALL })
      expect(await json.json()).toMatchObject({ outcome: 'opt-out', optOuts: ['small-payment'] })
      expectGuarded(json)
      const form = await alice.submit('/transfer', { amount: '20', payee: 'ACME' })
      expect(await form.json()).toMatchObject({ outcome: 'opt-out', optOuts: ['small-payment'] })
      expect((await alice.fetchJson('/transfer', { json: SMALL })).status).toBe(401)
    })

    test('HEAD is answered as GET is, without a body', async () => {
      const alice = person(origin())
      const reply = await alice.send('/account', { method: 'HEAD' })
      expect([reply.status, await reply.text()]).toEqual([200, ''])
      expectGuarded(reply)
    })

    test.each([
      { name: 'no body', options: {} },
      { name: 'a body that is no object', options: { json: [20] } },
      { name: 'an amount in words', options: { json: { ...SMALL, amount: 'twenty' } } },
      { name: 'an amount of the wrong type', options: { json: { ...SMALL, amount: [20] } } },
      { name: 'an amount below the least', options: { json: { ...SMALL, amount: -20 } } },
    ])('$name is no small payment', async ({ options }) => {
      const reply = await person(origin()).fetchJson('/transfer', { method: 'POST', ...options })
      expect(reply.status).toBe(401)
    })

    test.each([
      { name: 'Origin alone', headers: { origin: 'self' }, status: 200 },
      { name: 'Sec-Fetch-Site alone', headers: { 'sec-fetch-site': 'same-origin' }, status: 200 },
      { name: 'neither', headers: {}, status: 401 },
      { name: 'a foreign Origin', headers: { origin: 'https://evil.example' }, status: 401 },
      {
        name: 'a foreign Origin beside a good Sec-Fetch-Site',
        headers: { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
        status: 401,
      },
      {
        name: 'a page of the same site beside a good Origin',
        headers: { origin: 'self', 'sec-fetch-site': 'same-site' },
        status: 401,
      },
    ])('an unsafe method with $name: $status', async ({ headers, status }) => {
      const own = Object.entries(headers).map(([name, value]) => [
        name,
        value === 'self' ? origin() : value,
      ])
      const reply = await person(origin()).send('/transfer', {
        method: 'POST',
        body: JSON.stringify(SMALL),
        headers: { 'content-type': 'application/json', ...Object.fromEntries(own) },
      })
      expect(reply.status).toBe(status)
    })

    if (has('nested'))
      test('guards inside guards share one decision, and spend once', async () => {
        const alice = person(origin())
        for (let count = 0; count < 2; count++) {
          const reply = await alice.fetchJson('/nested/transfer', { json: SMALL })
          const { outer, inner } = await reply.json()
          expect(inner).toMatchObject({ outcome: 'opt-out', subject: alice.subject })
          expect(outer).toEqual(inner)
        }
        expect((await alice.fetchJson('/nested/transfer', { json: SMALL })).status).toBe(401)
      })

    if (has('prefilled'))
      test('an identity that something else left on the request is nobody (T14)', async () => {
        const nobody = await browserLikeClient(origin()).fetchJson('/prefilled')
        expect(nobody.status).toBe(401)
        const alice = person(origin())
        expect(await (await alice.fetchJson('/prefilled')).json()).toMatchObject({
          subject: alice.subject,
        })
      })
  })
}
