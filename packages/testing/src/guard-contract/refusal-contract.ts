// Refusals as HTTP: 303 for people, 401, 403 and 503 for programs, never more than the decision's id.
import { describe, expect, test } from 'vitest'
import { SECRET_ERROR } from './contract-app.ts'
import {
  expectGuarded,
  expectPage,
  expectProblem,
  ownCookies,
  ticketOf,
  UUID,
} from './expect-reply.ts'
import type { ContractContext } from './guard-contract.ts'
import { HOUR_MS, person } from './person.ts'

const LARGE = { amount: 200, payee: 'ACME' }
const STEP_UP =
  'error="insufficient_user_authentication", error_description="A different or more recent authentication is required", acr_values="aal2", max_age="900"'

export function refusalContract({ origin }: ContractContext): void {
  const stale = () => person(origin(), { authTime: Date.now() - 13 * HOUR_MS })

  describe('when more proof is needed', () => {
    test('a program gets 401 as RFC 9470 has it, and where the challenge is', async () => {
      const reply = await person(origin()).fetchJson('/transfer', { json: LARGE })
      expect(reply.headers.get('www-authenticate')).toBe(`Bearer ${STEP_UP}`)
      const { challengeUrl } = await reply.clone().json()
      ticketOf(challengeUrl)
      await expectProblem(reply, {
        status: 401,
        code: 'step_up_required',
        details: {
          challengeUrl,
          error: 'insufficient_user_authentication',
          acr_values: 'aal2',
          max_age: 900,
        },
      })
    })

    test('a client that speaks DPoP is asked in its own scheme', async () => {
      const headers = { authorization: 'DPoP some-token' }
      const reply = await person(origin()).fetchJson('/transfer', { json: LARGE, headers })
      expect(reply.headers.get('www-authenticate')).toBe(`DPoP ${STEP_UP}`)
    })

    test.each(['GET', 'POST'])(
      'a navigation with %s goes to the challenge with 303',
      async (how) => {
        const alice = stale()
        const reply =
          how === 'GET'
            ? await alice.navigate('/account?tab=1')
            : await alice.submit('/transfer', { amount: '200', payee: 'ACME' })
        expect(reply.status).toBe(303)
        ticketOf(reply.headers.get('location'))
        const [cookie, ...others] = ownCookies(reply)
        expect(others).toEqual([])
        expect(cookie?.name).toMatch(/^__Host-challenge-/)
        expect(cookie?.maxAge).toBe(600)
        expectGuarded(reply)
      },
    )

    test('a browser keeps the cookies of five challenges at most', async () => {
      const alice = stale()
      for (let count = 0; count < 8; count++) await alice.navigate('/account')
      const kept = [...alice.cookies.keys()].filter((one) => one.startsWith('__Host-challenge-'))
      expect(kept).toHaveLength(5)
    })

    test.each([
      { name: 'a frame', headers: { 'sec-fetch-dest': 'iframe' }, status: 401 },
      {
        name: 'an image',
        headers: { 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors' },
        status: 401,
      },
      {
        name: 'a page fetched ahead',
        headers: { 'sec-purpose': 'prefetch;prerender' },
        status: 401,
      },
    ])('$name gets $status and no cookie', async ({ headers, status }) => {
      const reply = await stale().navigate('/account', { headers })
      expect([reply.status, reply.headers.getSetCookie()]).toEqual([status, []])
      expectGuarded(reply)
    })

    test.each([
      { accept: 'text/html,*/*;q=0.8', status: 303 },
      { accept: '*/*', status: 401 },
      { accept: 'application/json,text/html;q=0.9', status: 401 },
      { accept: undefined, status: 401 },
    ])('without Fetch Metadata, Accept: $accept gets $status', async ({ accept, status }) => {
      expect((await stale().send('/account', { headers: { accept } })).status).toBe(status)
    })

    test('what is fetched ahead spends nothing (T39)', async () => {
      const alice = person(origin())
      const json = { amount: 20, payee: 'ACME' }
      const headers = { 'sec-purpose': 'prefetch' }
      for (let count = 0; count < 3; count++)
        expect((await alice.fetchJson('/transfer', { json, headers })).status).toBe(401)
      for (let count = 0; count < 2; count++)
        expect((await alice.fetchJson('/transfer', { json })).status).toBe(200)
    })

    test('HEAD is refused as GET is, without a body', async () => {
      const reply = await stale().send('/account', { method: 'HEAD' })
      expect([reply.status, await reply.text()]).toEqual([401, ''])
      expect(reply.headers.get('www-authenticate')).toContain('acr_values="aal1", max_age="43200"')
      expectGuarded(reply)
    })
  })

  describe('when there is no going on', () => {
    test.each([
      { name: 'a denial', login: { claims: { closed: true } }, status: 403, code: 'denied' },
      {
        name: 'a denial that nobody can tell',
        login: { claims: 'spoilt' },
        status: 503,
        code: 'unavailable',
      },
      { name: 'an identity that fails', login: { fails: true }, status: 503, code: 'unavailable' },
      {
        name: 'an identity that is none',
        login: { subject: '' },
        status: 503,
        code: 'unavailable',
      },
    ])('$name is $status, and opaque', async ({ login, status, code }) => {
      const program = await person(origin(), login).fetchJson('/account')
      expect(await program.clone().text()).not.toContain(SECRET_ERROR)
      await expectProblem(program, { status, code })
      const page = await expectPage(await person(origin(), login).navigate('/account'), status)
      expect(page).toMatch(UUID)
      expect(page).not.toContain(SECRET_ERROR)
    })

    test('a resource that cannot be read is refused, not an error of the app', async () => {
      const reply = await person(origin()).fetchJson('/unreadable', { json: LARGE })
      expect(await reply.clone().text()).not.toContain(SECRET_ERROR)
      await expectProblem(reply, { status: 503, code: 'unavailable' })
    })
  })
}
