// T47: a tolerance for skewed clocks that let expired tokens go on, or made a login younger than it was. Each time is
// some seconds from the limit, for the app's clock is real.
import { expect, test } from 'vitest'
import { createIdp } from './support/idp.ts'
import { forEachOwnApp } from './support/own-apps.ts'
import { rawRequest } from './support/raw-request.ts'

const idp = createIdp()
/** What the rule for `view` demands. */
const MAX_AGE = 15 * 60

const TIMES: readonly {
  readonly name: string
  /** Seconds from now. */
  readonly claims: Readonly<Record<string, number>>
  readonly status: 200 | 401
}[] = [
  {
    name: 'issued 20 s ahead: a clock that runs ahead',
    claims: { iat: 20, auth_time: 20, nbf: 20 },
    status: 200,
  },
  { name: 'issued 45 s ahead', claims: { iat: 45 }, status: 401 },
  { name: 'not before 45 s ahead', claims: { nbf: 45 }, status: 401 },
  { name: 'authenticated 45 s ahead', claims: { auth_time: 45 }, status: 401 },
  { name: 'authenticated a day ahead', claims: { auth_time: 86_400 }, status: 401 },
  { name: 'expired 2 s ago', claims: { exp: -2 }, status: 401 },
  { name: 'expired 25 s ago, within the leeway', claims: { exp: -25, iat: -600 }, status: 401 },
  { name: 'authenticated 20 s short of maxAge', claims: { auth_time: 20 - MAX_AGE }, status: 200 },
  { name: 'authenticated 5 s past maxAge', claims: { auth_time: -5 - MAX_AGE }, status: 401 },
  {
    name: 'authenticated 25 s past maxAge, within the leeway',
    claims: { auth_time: -25 - MAX_AGE },
    status: 401,
  },
  {
    name: 'refreshed just now, authenticated long ago',
    claims: { iat: 0, auth_time: -60 - MAX_AGE },
    status: 401,
  },
  {
    name: 'refreshed ahead, authenticated long ago',
    claims: { iat: 20, auth_time: -20 - MAX_AGE },
    status: 401,
  },
]

forEachOwnApp(idp.keys, ({ origin }) => {
  const view = (token: string) =>
    rawRequest(origin(), '/apps/rs256/view', { headers: [['Authorization', `Bearer ${token}`]] })

  test.each(TIMES)('T47: $name: $status', async ({ claims, status }) => {
    const now = Math.floor(Date.now() / 1000)
    const times = Object.fromEntries(Object.entries(claims).map(([name, by]) => [name, now + by]))
    const reply = await view(idp.token(times))
    expect([reply.status, reply.body.includes('"outcome"')]).toEqual([status, status === 200])
  })

  test('T47: one that was let in is refused from its exp on, though it is remembered', async () => {
    const now = Math.floor(Date.now() / 1000)
    const token = idp.token({ exp: now + 3 })
    expect((await view(token)).status).toBe(200)
    await new Promise((resolve) => setTimeout(resolve, (now + 3) * 1000 - Date.now() + 100))
    expect((await view(token)).status).toBe(401)
  })

  test('T47: one that was let in is challenged from its maxAge on, though it is remembered', async () => {
    const authTime = Math.floor(Date.now() / 1000) - MAX_AGE + 3
    const token = idp.token({ auth_time: authTime })
    expect((await view(token)).status).toBe(200)
    await new Promise((resolve) =>
      setTimeout(resolve, (authTime + MAX_AGE) * 1000 - Date.now() + 1_100),
    )
    const later = await view(token)
    expect(later.status).toBe(401)
    expect(later.headers['www-authenticate']).toContain('insufficient_user_authentication')
  })
})
