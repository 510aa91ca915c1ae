// T41: a challenge that led back to the challenge, to the login or to the logout: a loop, or a person who is signed out by
// having proved who they are; and a POST that was made again as a GET.
import { expect, test } from 'vitest'
import { hostileTargets } from './support/hostile-targets.ts'
import { createIdp } from './support/idp.ts'
import { forEachOwnApp } from './support/own-apps.ts'
import { STEP_UP } from './support/own-guards.ts'
import { leadsTo } from './support/return-targets.ts'

const OWN = ['/logout', '/login', STEP_UP]
const idp = createIdp()

forEachOwnApp(idp.keys, (app) => {
  test.each(OWN)('T41: no spelling of %s is where a challenge leads', async (own) => {
    const origin = app.origin()
    const targets = hostileTargets(own.slice(1))
    for (const target of targets) {
      const asked = await leadsTo({ origin, target }).catch(() => undefined)
      const named = await leadsTo({ origin, form: { returnTo: target } })
      for (const location of [asked, named])
        expect(readLoosely(location), `${target} leads to ${location}`).not.toBe(own)
    }
    expect(await leadsTo({ origin, form: { returnTo: own } })).toBe(
      `${origin}/apps/no-proxy/proved`,
    )
  })

  test('T41: what was asked for by POST is not asked for again', async () => {
    const origin = app.origin()
    expect(await leadsTo({ origin, target: '/orders', method: 'GET' })).toBe(`${origin}/orders`)
    expect(await leadsTo({ origin, target: '/orders', method: 'POST' })).toBe(`${origin}/`)
  })
})

/** As the most lenient of routers would: decoded once, without parameters, dots and case. */
function readLoosely(location: string | undefined): string | undefined {
  if (location === undefined) return undefined
  const { pathname } = new URL(location, 'http://localhost')
  const decoded = decodeURIComponent(pathname).toLowerCase().replaceAll('\\', '/')
  const segments: string[] = []
  for (const segment of decoded.replace(/;[^/]*/g, '').split('/')) {
    if (segment === '..') segments.pop()
    else if (segment !== '' && segment !== '.') segments.push(segment)
  }
  return `/${segments.join('/')}`
}
