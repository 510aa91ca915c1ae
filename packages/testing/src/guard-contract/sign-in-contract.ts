// Nobody is signed in: sent to the login page, where there is one and a person would see it.
import { describe, expect, test } from 'vitest'
import { browserLikeClient } from './browser-like-client.ts'
import { expectGuarded, expectPage, expectProblem } from './expect-reply.ts'
import type { ContractContext } from './guard-contract.ts'

export function signInContract({ origin }: ContractContext, loginPath: string | undefined): void {
  describe('when nobody is signed in', () => {
    test('a program gets 401 with a problem', async () => {
      const reply = await browserLikeClient(origin()).fetchJson('/account')
      expect(reply.headers.get('www-authenticate')).toBe('Bearer')
      const details = loginPath === undefined ? {} : { loginUrl: loginPath }
      await expectProblem(reply, { status: 401, code: 'sign_in_required', details })
    })

    test.each(['GET', 'POST'])('a navigation with %s goes to the login page', async (method) => {
      const client = browserLikeClient(origin())
      const reply =
        method === 'GET' ? await client.navigate('/account') : await client.submit('/transfer', {})
      if (loginPath === undefined) {
        await expectPage(reply, 401)
        return
      }
      expect([reply.status, reply.headers.get('location')]).toEqual([303, loginPath])
      expectGuarded(reply)
    })

    test('a page that is fetched ahead of time goes nowhere', async () => {
      const headers = { 'sec-purpose': 'prefetch' }
      const reply = await browserLikeClient(origin()).navigate('/account', { headers })
      expect([reply.status, reply.headers.getSetCookie()]).toEqual([401, []])
    })

    test('what is public stays as it is', async () => {
      const reply = await browserLikeClient(origin()).fetchJson('/public')
      expect([reply.status, await reply.json()]).toEqual([200, { public: true }])
      expect(reply.headers.get('cache-control') ?? '').not.toContain('no-store')
    })
  })
}
