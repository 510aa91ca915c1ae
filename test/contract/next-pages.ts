// Guarded pages of Next: what a page cannot do is done by our route handler, on the way there and back.
import { describe, expect, test } from 'vitest'
import { challenged, meet } from '../../packages/testing/src/guard-contract/challenge-contract.ts'
import {
  expectGuarded,
  expectPage,
  ownCookies,
  ticketOf,
} from '../../packages/testing/src/guard-contract/expect-reply.ts'
import { HOUR_MS, person } from '../../packages/testing/src/guard-contract/person.ts'
import { onNext } from './next-suite.ts'

const HANDLER = /^\/countersign\?page=[\w.-]{100,}$/

export function nextPages(folder: string): void {
  describe('pages of Next', () => {
    const origin = onNext(folder, { proxy: false })
    const stale = () => person(origin(), { authTime: Date.now() - 13 * HOUR_MS, amr: [] })

    async function remembered() {
      const alice = person(origin())
      await meet(alice, await challenged(alice), { remember: 'yes' })
      alice.signIn()
      return alice
    }

    test('show what was decided', async () => {
      const alice = person(origin())
      const page = await alice.navigate('/pages/view/7')
      expect(page.status).toBe(200)
      expect(await page.text()).toContain(`view 7: pass ${alice.subject}`)
      expect(page.headers.get('cache-control')).toContain('no-store')
      expect(page.headers.getSetCookie()).toEqual([])
    })

    test('send a person with an old login to the challenge, and back', async () => {
      const alice = stale()
      const page = await alice.navigate('/pages/view/7?tab=1')
      expect([page.status, await page.text()]).toEqual([307, expect.not.stringContaining('view 7')])
      expect(page.headers.get('location')).toMatch(HANDLER)
      expect(page.headers.getSetCookie()).toEqual([])

      const handed = await alice.navigate(page.headers.get('location') ?? '')
      expect(handed.status).toBe(303)
      expectGuarded(handed)
      const ticket = ticketOf(handed.headers.get('location'))
      const done = await meet(alice, ticket, { method: 'pwd' })
      expect([done.status, done.headers.get('location')]).toEqual([
        303,
        `${origin()}/pages/view/7?tab=1`,
      ])
      expect(await (await alice.navigate('/pages/view/7')).text()).toContain('view 7: pass')
    })

    test('have a remembered browser checked first in a new login, once', async () => {
      const alice = await remembered()
      const page = await alice.navigate('/pages/money/7?tab=1')
      expect([page.status, page.headers.getSetCookie()]).toEqual([307, []])
      const handed = await alice.navigate(page.headers.get('location') ?? '')
      expect([handed.status, handed.headers.get('location')]).toEqual([303, '/pages/money/7?tab=1'])
      expect(ownCookies(handed).map(({ name }) => name)).toEqual([
        expect.stringMatching(/^__Host-device-/),
        '__Host-countersign-round',
      ])
      for (let visit = 0; visit < 2; visit++) {
        const again = await alice.navigate('/pages/money/7?tab=1')
        expect([again.status, again.headers.getSetCookie()]).toEqual([200, []])
        expect(await again.text()).toContain('money 7: opt-out')
      }
    })

    test('never go round and round', async () => {
      const alice = await remembered()
      const old = new Map(alice.cookies)
      const page = await alice.navigate('/pages/money/7')
      await alice.navigate(page.headers.get('location') ?? '')
      // a browser that keeps the cookie of the round, but not that of the device
      for (const [name, value] of old) alice.cookies.set(name, value)
      const again = await alice.navigate('/pages/money/7')
      const handed = await alice.navigate(again.headers.get('location') ?? '')
      await expectPage(handed, 503)
      expect(handed.headers.get('location')).toBeNull()
    })

    test('send nobody to the login', async () => {
      const nobody = person(origin())
      nobody.cookies.clear()
      const page = await nobody.navigate('/pages/view/7')
      expect(await page.text()).not.toContain('view 7')
      const handed = await nobody.navigate(page.headers.get('location') ?? '')
      expect([handed.status, handed.headers.get('location')]).toEqual([303, '/login'])
    })

    test.each([
      { name: 'a denial', login: { claims: { closed: true } }, status: 403 },
      { name: 'an identity that fails', login: { fails: true }, status: 503 },
    ])('leave $name to the handler, which says $status', async ({ login, status }) => {
      const bob = person(origin(), login)
      const page = await bob.navigate('/pages/view/7')
      expect(await page.text()).not.toContain('view 7')
      await expectPage(await bob.follow(page), status)
    })

    test('never have a form sent again by a 307', async () => {
      const alice = stale()
      const page = await alice.submit('/pages/view/7', { amount: '20' })
      expect(page.status).not.toBe(307)
      expect(page.headers.get('location')).toBeNull()
      expect(await page.text()).not.toContain('view 7: ')
    })

    test('give nothing where the browser fetches them ahead (T39)', async () => {
      const alice = await remembered()
      const headers = { 'sec-purpose': 'prefetch' }
      const page = await alice.navigate('/pages/money/7', { headers })
      expect([page.status, page.headers.getSetCookie()]).toEqual([307, []])
      const handed = await alice.navigate(page.headers.get('location') ?? '', { headers })
      expect([handed.status, handed.headers.getSetCookie()]).toEqual([401, []])
    })

    test('give nothing where the router fetches them ahead (T39)', async () => {
      const alice = await remembered()
      const headers = { rsc: '1', 'next-router-prefetch': '1' }
      const unmarked = await alice.fetchJson('/pages/money/7', { headers })
      // Next asks for a mark of its own in the address first
      const marked = unmarked.headers.get('location') ?? ''
      expect(marked).toMatch(/^\/pages\/money\/7\?_rsc=/)
      const page = await alice.fetchJson(marked, { headers })
      expect(await page.text()).not.toContain('money 7: ')
      expect(page.headers.getSetCookie()).toEqual([])
    })

    test('are each decided for the person who asked (T23)', async () => {
      const people = Array.from({ length: 6 }, (_, at) =>
        person(origin(), { delayMs: (6 - at) * 5 }),
      )
      const pages = await Promise.all(
        people.flatMap((one) =>
          [1, 2, 3].map(async (id) => [
            `view ${id}: pass ${one.subject}`,
            await (await one.navigate(`/pages/view/${id}`)).text(),
          ]),
        ),
      )
      for (const [text, page] of pages) expect(page).toContain(text)
    })
  })
}
