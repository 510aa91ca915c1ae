import { NextRequest } from 'next/server.js'
import { describe, expect, it } from 'vitest'
import { NAVIGATION, OWN_PAGE, request, type Sent, testGuard } from './guards.ts'

const guard = testGuard({ loginPath: '/login' })
const proxy = guard.proxy()

const PREFLIGHT = { origin: 'https://partner.example', 'access-control-request-method': 'GET' }

function ask(path: string, sent: Sent = {}): Promise<Response> {
  return proxy(new NextRequest(request(path, sent)))
}

function isForwarded(response: Response): boolean {
  return response.headers.get('x-middleware-next') === '1'
}

describe('guard.proxy', () => {
  it.each([
    { name: 'no route', path: '/public', sent: {} },
    { name: 'a route that passes', path: '/account', sent: { user: 'alice' } },
    {
      name: 'a route that an opt-out might rescue',
      path: '/transfer',
      sent: { user: 'alice', method: 'POST' },
    },
    {
      name: "a preflight, which the app's own CORS answers",
      path: '/everything',
      sent: { method: 'OPTIONS', headers: PREFLIGHT },
    },
  ])('forwards, and touches nothing: $name', async ({ path, sent }) => {
    const response = await ask(path, sent)
    expect(isForwarded(response)).toBe(true)
    expect(response.headers.getSetCookie()).toEqual([])
    expect(response.headers.get('cache-control')).toBeNull()
  })

  it.each(['/account', '/Account/', '/account/keys', '/%61ccount'])(
    'refuses nobody at %s',
    async (path) => {
      const response = await ask(path)
      expect([response.status, isForwarded(response)]).toEqual([401, false])
      expect(response.headers.get('cache-control')).toBe('private, no-store')
    },
  )

  it('refuses what no opt-out could rescue', async () => {
    const response = await ask('/strict', { user: 'alice' })
    expect([response.status, (await response.json()).code]).toEqual([401, 'step_up_required'])
  })

  it('redirects to absolute locations of its own server, as Next takes them', async () => {
    const login = await ask('/account', { headers: NAVIGATION })
    expect([login.status, login.headers.get('location')]).toEqual([
      303,
      'http://shop.example/login',
    ])
    const challenge = await ask('/strict', { user: 'alice', headers: NAVIGATION })
    expect(challenge.headers.get('location')).toMatch(/^http:\/\/shop\.example\/step-up\?ticket=/)
  })

  it('spends nothing: the handler behind it still can', async () => {
    const POST = guard.route(
      'transfer.create',
      (_req, { decision }) => Response.json(decision.outcome),
      {
        resource: () => ({ amount: 30 }),
      },
    )
    const sent = { user: 'eve', headers: OWN_PAGE, form: { amount: '30' } }
    for (let time = 0; time < 5; time++)
      expect(isForwarded(await ask('/transfer', sent))).toBe(true)
    for (let time = 0; time < 2; time++)
      expect((await POST(request('/transfer', sent), {})).status).toBe(200)
    expect((await POST(request('/transfer', sent), {})).status).toBe(401)
  })
})
