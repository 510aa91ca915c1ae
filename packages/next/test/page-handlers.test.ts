import { afterEach, describe, expect, it, vi } from 'vitest'
import { createHandOvers } from '../src/hand-over.ts'
import { cookiesOf, NAVIGATION, OWN_PAGE, request, type Sent, testGuard } from './guards.ts'

const SECRET = 'a secret of thirty-two characters'
const quiet = { info() {}, warn() {}, error() {} }
const guard = testGuard({ handlerPath: '/countersign', logger: quiet })
const handOvers = createHandOvers('/countersign', [SECRET])
const transfer = guard.route('transfer.create', (_req, { decision }) => Response.json(decision), {
  resource: () => ({ amount: 200 }),
})

afterEach(() => void vi.useRealTimers())

/** As a page does it: the address that it redirects to. */
function handOver(action: string, returnTo: string, resource?: object): Promise<string> {
  return handOvers.address({ action, returnTo }, () => resource)
}

async function visit(address: string, sent: Sent = {}): Promise<Response> {
  return guard.handlers.GET(
    request(address, { user: 'alice', ...sent, headers: { ...NAVIGATION, ...sent.headers } }),
  )
}

/** Somebody whose browser is remembered, in the session of `user`. */
async function remembered(user: string): Promise<string[]> {
  const refused = await transfer(
    request('/transfer', { user, method: 'POST', headers: { ...OWN_PAGE, ...NAVIGATION } }),
    {},
  )
  const ticket = new URLSearchParams(refused.headers.get('location')?.split('?')[1]).get('ticket')
  const done = await guard.challenge.complete(
    request('/step-up', {
      user,
      cookies: cookiesOf(refused),
      headers: OWN_PAGE,
      form: { ticket: ticket ?? '' },
    }),
    { factors: [{ method: 'otp' }], rememberDevice: true, newSession: 'an earlier one' },
  )
  return cookiesOf(done).filter((cookie) => cookie.startsWith('__Host-device-'))
}

describe('guard.handlers', () => {
  it('sends back whoever passes by now', async () => {
    const response = await visit(await handOver('account.view', '/orders/7?tab=1'))
    expect([response.status, response.headers.get('location')]).toEqual([303, '/orders/7?tab=1'])
    expect(response.headers.get('cache-control')).toBe('private, no-store')
  })

  it('binds a remembered browser to this login, and sends back', async () => {
    const device = await remembered('frank')
    expect(device).toHaveLength(1)
    const address = await handOver('transfer.create', '/send', { amount: 200 })
    const response = await visit(address, { user: 'frank', cookies: device })
    expect([response.status, response.headers.get('location')]).toEqual([303, '/send'])
    const [bound] = cookiesOf(response).filter((cookie) => cookie.startsWith('__Host-device-'))
    expect(bound).toBeDefined()
    expect(bound).not.toBe(device[0])
  })

  it('opens a challenge that leads back to the page', async () => {
    const response = await visit(await handOver('strict.view', '/strict/page'))
    expect(response.status).toBe(303)
    const location = response.headers.get('location') ?? ''
    expect(location).toMatch(/^\/step-up\?ticket=/)
    const ticket = new URLSearchParams(location.split('?')[1]).get('ticket') ?? ''
    const done = await guard.challenge.complete(
      request('/step-up', {
        user: 'alice',
        cookies: cookiesOf(response),
        headers: OWN_PAGE,
        form: { ticket },
      }),
      { factors: [{ method: 'otp' }] },
    )
    expect(done.headers.get('location')).toBe('http://shop.example/strict/page')
  })

  it('goes one round only', async () => {
    const address = await handOver('account.view', '/orders')
    const first = await visit(address)
    const second = await visit(address, { cookies: cookiesOf(first) })
    expect([second.status, second.headers.get('location')]).toEqual([503, null])
    const elsewhere = await visit(await handOver('account.view', '/other'), {
      cookies: cookiesOf(first),
    })
    expect(elsewhere.status).toBe(303)
  })

  it.each([
    { name: 'nothing', address: async () => '/countersign' },
    { name: 'what is made up', address: async () => '/countersign?page=made-up' },
    {
      name: 'what another secret sealed',
      address: () =>
        createHandOvers('/countersign', ['another secret, as long as the first']).address({
          action: 'account.view',
          returnTo: '/orders',
        }),
    },
    { name: 'another host', address: () => handOver('account.view', '//evil.example/x') },
    { name: 'another scheme', address: () => handOver('account.view', 'https://evil.example/x') },
    { name: 'the challenge page', address: () => handOver('account.view', '/step-up') },
  ])('refuses $name', async ({ address }) => {
    const response = await visit(await address())
    expect([response.status, response.headers.get('location')]).toEqual([400, null])
  })

  it('refuses what was handed over a minute ago', async () => {
    const address = await handOver('account.view', '/orders')
    vi.useFakeTimers({ now: Date.now() + 61_000, toFake: ['Date'] })
    expect((await visit(address)).status).toBe(400)
  })

  it('does not tell in the address what the page is about', async () => {
    const address = await handOver('transfer.create', '/send', { amount: 4711 })
    const [, payload = ''] = address.split('=')
    expect(atob(payload.split('.')[0] ?? '')).not.toContain('4711')
    expect(address).not.toContain('transfer')
  })

  it.each([
    { name: 'too long', resource: () => ({ amount: 'x'.repeat(3_000) }) },
    { name: 'circular', resource: circular },
    {
      name: 'unreadable',
      resource: () => {
        throw new Error('no')
      },
    },
  ])('takes a resource that is $name for unknown', async ({ resource }) => {
    const address = await handOvers.address({ action: 'transfer.create', returnTo: '/' }, resource)
    expect((await visit(address)).headers.get('location')).toMatch(/^\/step-up/)
  })

  it.each([undefined, '//evil.example', 'countersign', '/a b'])(
    'is not to be had at %s',
    (handlerPath) => {
      expect(() => testGuard({ handlerPath }).handlers).toThrow(
        expect.objectContaining({ code: 'path_malformed', path: 'handlerPath' }),
      )
    },
  )

  it('is needed by pages, which say so', () => {
    expect(() => testGuard().page('account.view', () => null)).toThrow(
      expect.objectContaining({
        code: 'handler_path_missing',
        message: expect.stringContaining('export const { GET } = guard.handlers'),
      }),
    )
  })
})

function circular(): object {
  const one: Record<string, unknown> = {}
  one['itself'] = one
  return one
}
