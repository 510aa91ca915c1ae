// The challenge: for one subject in one login in one browser, once, by POST from our own page, with few attempts.
import { describe, expect, test } from 'vitest'
import { AGAIN } from './contract-app.ts'
import { expectGuarded, expectPage, ownCookies, ticketOf } from './expect-reply.ts'
import type { ContractContext } from './guard-contract.ts'
import { HOUR_MS, type Person, person } from './person.ts'

const LARGE = { amount: '200', payee: 'ACME' }

export function challengeContract({ origin }: ContractContext): void {
  describe('the challenge', () => {
    test('shows what is asked of whom, for what', async () => {
      const alice = person(origin())
      const ticket = await challenged(alice)
      const page = await alice.navigate(`/step-up?ticket=${ticket}`)
      expect([page.status, await page.json()]).toEqual([
        200,
        {
          ticket,
          subject: alice.subject,
          action: 'transfer.create',
          resource: { amount: 200, payee: 'ACME' },
          requirement: { acr: 'aal2', maxAgeSeconds: 900 },
        },
      ])
    })

    test('is met once: evidence, and on to what was asked for', async () => {
      const alice = person(origin(), { authTime: Date.now() - 13 * HOUR_MS, amr: [] })
      const asked = await alice.navigate('/account?tab=1')
      const ticket = ticketOf(asked.headers.get('location'))
      const done = await alice.submit('/step-up', { ticket, code: 'right', method: 'pwd' })
      expect([done.status, done.headers.get('location')]).toEqual([
        303,
        `${origin()}/account?tab=1`,
      ])
      expectGuarded(done)
      const cookies = ownCookies(done).map(({ name, maxAge }) => [name, maxAge])
      expect(cookies).toContainEqual(['__Host-evidence', 86_400])
      expect(cookies).toContainEqual([expect.stringMatching(/^__Host-challenge-/), 0])
      expect((await alice.fetchJson('/account')).status).toBe(200)

      const again = await alice.submit('/step-up', { ticket, code: 'right', method: 'pwd' })
      expect([again.status, again.headers.getSetCookie()]).toEqual([400, []])
    })

    test('of a form leads home, for nothing is sent again by itself', async () => {
      const alice = person(origin())
      const done = await meet(alice, await challenged(alice))
      expect([done.status, done.headers.get('location')]).toEqual([303, `${origin()}/`])
      expect(await (await alice.submit('/transfer', LARGE)).json()).toMatchObject({
        outcome: 'pass',
      })
    })

    test('moves to the session that takes the place of the old one (T29)', async () => {
      const alice = person(origin())
      const session = crypto.randomUUID()
      await meet(alice, await challenged(alice), { newSession: session })
      expect((await alice.submit('/transfer', LARGE)).status).toBe(303)
      alice.signIn({ session })
      expect((await alice.submit('/transfer', LARGE)).status).toBe(200)
    })

    test.each([
      { name: 'a made-up ticket', spoil: () => 'made-up' },
      { name: 'a changed ticket', spoil: (ticket: string) => `${ticket.slice(0, -2)}AA` },
      { name: 'no ticket', spoil: () => '' },
    ])('$name opens nothing', async ({ spoil }) => {
      const alice = person(origin())
      const ticket = spoil(await challenged(alice))
      expect((await alice.navigate(`/step-up?ticket=${ticket}`)).status).toBe(400)
      expect((await alice.submit('/step-up', { ticket, code: 'right' })).status).toBe(400)
    })

    test.each([
      { name: 'another person', change: (alice: Person) => alice.signIn({ subject: 'somebody' }) },
      { name: 'another login', change: (alice: Person) => alice.signIn() },
      { name: 'nobody', change: (alice: Person) => alice.cookies.clear() },
      { name: 'another browser', change: forgetChallenges },
    ])('is not for $name', async ({ change }) => {
      const alice = person(origin())
      const ticket = await challenged(alice)
      change(alice)
      const reply = await meet(alice, ticket)
      expect([reply.status, reply.headers.getSetCookie()]).toEqual([400, []])
    })

    test('a wrong code gives a person the page again, and a program a problem', async () => {
      const alice = person(origin())
      const ticket = await challenged(alice)
      const wrong = await alice.submit('/step-up', { ticket, code: 'wrong' })
      expect(await expectPage(wrong, 401)).toBe(AGAIN)
      const program = await alice.fetchJson('/step-up', { json: { ticket, code: 'wrong' } })
      expect([program.status, await program.json()]).toEqual([
        401,
        expect.objectContaining({ code: 'challenge_failed' }),
      ])
      expectGuarded(program)
      expect((await meet(alice, ticket)).status).toBe(303)
    })

    test('after five wrong codes the right one is too late (T27)', async () => {
      const alice = person(origin())
      const ticket = await challenged(alice)
      for (let count = 0; count < 5; count++)
        expect((await alice.submit('/step-up', { ticket, code: 'wrong' })).status).toBe(401)
      expect((await meet(alice, ticket)).status).toBe(400)
    })

    test.each([
      {
        name: 'another site',
        headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
      },
      { name: 'nobody knows where', headers: { 'sec-fetch-site': undefined, origin: undefined } },
    ])('a form of $name completes nothing', async ({ headers }) => {
      const alice = person(origin())
      const ticket = await challenged(alice)
      const reply = await alice.submit(
        '/step-up',
        { ticket, code: 'right', method: 'otp' },
        { headers },
      )
      expect([reply.status, reply.headers.getSetCookie()]).toEqual([403, []])
      expect((await alice.submit('/transfer', LARGE)).status).toBe(303)
    })

    test('GET gives nothing (law 10)', async () => {
      const alice = person(origin())
      const ticket = await challenged(alice)
      const query = new URLSearchParams({ ticket, code: 'right', remember: 'yes' })
      expect((await alice.navigate(`/step-up?${query}`)).headers.getSetCookie()).toEqual([])
      expect((await alice.submit('/transfer', LARGE)).status).toBe(303)
    })

    test('that brings too little is tried once more, then it is over (T21)', async () => {
      const alice = person(origin())
      const first = await meet(alice, await challenged(alice), { method: 'pin' })
      expect(first.status).toBe(303)
      const second = await meet(alice, ticketOf(first.headers.get('location')), { method: 'pin' })
      await expectPage(second, 403)
      const program = await alice.fetchJson('/transfer', { json: { amount: 200, payee: 'ACME' } })
      expect([program.status, await program.json()]).toEqual([
        403,
        expect.objectContaining({ code: 'too_little' }),
      ])
    })
  })
}

/** The ticket of a challenge that a form ran into. */
export async function challenged(alice: Person): Promise<string> {
  const reply = await alice.submit('/transfer', LARGE)
  expect(reply.status).toBe(303)
  return ticketOf(reply.headers.get('location'))
}

export function meet(
  alice: Person,
  ticket: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return alice.submit('/step-up', { ticket, code: 'right', method: 'otp', ...more })
}

function forgetChallenges({ cookies }: Person): void {
  for (const name of cookies.keys()) if (name.startsWith('__Host-challenge-')) cookies.delete(name)
}
