import { describe, expect, expectTypeOf, it } from 'vitest'
import type { Proceed } from '../src/index.ts'
import { NAVIGATION, OWN_PAGE, request, testGuard } from './guards.ts'

const guard = testGuard()

const context = { params: Promise.resolve({ id: '7' }) }

describe('guard.route', () => {
  it('hands the decision and the params to the handler', async () => {
    const GET = guard.route(
      'account.view',
      async (_req, ctx: { params: Promise<{ id: string }>; decision: Proceed }) => {
        expectTypeOf(ctx.decision.subject).toEqualTypeOf<string>()
        const { id } = await ctx.params
        return Response.json({ id, outcome: ctx.decision.outcome, subject: ctx.decision.subject })
      },
    )
    const response = await GET(request('/account', { user: 'alice' }), context)
    expect(await response.json()).toEqual({ id: '7', outcome: 'pass', subject: 'alice' })
  })

  it('refuses without asking the handler', async () => {
    let asked = false
    const GET = guard.route('strict.view', () => {
      asked = true
      return new Response()
    })
    const response = await GET(request('/strict', { user: 'alice' }), {})
    expect([response.status, asked]).toEqual([401, false])
    const { challengeUrl, code } = await response.json()
    expect(code).toBe('step_up_required')
    expect(challengeUrl).toMatch(/^\/step-up\?ticket=/)
  })

  it('sends a navigation to the challenge with 303', async () => {
    const GET = guard.route('strict.view', () => new Response())
    const response = await GET(request('/strict', { user: 'alice', headers: NAVIGATION }), {})
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toMatch(/^\/step-up\?ticket=/)
    expect(response.headers.getSetCookie()).toEqual([expect.stringMatching(/^__Host-challenge-/)])
  })

  it.each([
    {
      name: 'a plain response',
      make: () =>
        new Response('x', {
          headers: {
            'cache-control': 'public, max-age=600',
            vary: 'Accept',
            'set-cookie': 'app=1',
          },
        }),
      status: 200,
      vary: 'Accept, Cookie',
    },
    {
      name: 'a redirect, whose headers cannot be changed',
      make: () => Response.redirect('http://shop.example/next', 303),
      status: 303,
      vary: 'Cookie',
    },
    {
      name: 'a response that varies by cookies already',
      make: () => new Response('x', { headers: { vary: 'cookie' } }),
      status: 200,
      vary: 'cookie',
    },
  ])('has the last word about caching: $name', async ({ make, status, vary }) => {
    const GET = guard.route('account.view', make)
    const response = await GET(request('/account', { user: 'alice' }), {})
    expect(response.status).toBe(status)
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect(response.headers.get('vary')).toBe(vary)
    const made = make()
    expect(response.headers.getSetCookie()).toEqual(made.headers.getSetCookie())
    expect(response.headers.get('location')).toBe(made.headers.get('location'))
    expect(await response.text()).toBe(await made.text())
  })

  it('waits for the resource, and leaves the body to the handler', async () => {
    const POST = guard.route(
      'transfer.create',
      async (req, { decision }) =>
        Response.json({
          form: Object.fromEntries(await req.formData()),
          outcome: decision.outcome,
        }),
      { resource: async (req) => ({ amount: (await req.clone().formData()).get('amount') }) },
    )
    const sent = { user: 'bob', headers: OWN_PAGE, form: { amount: '20' } }
    const small = await POST(request('/transfer', sent), {})
    expect(await small.json()).toEqual({ form: { amount: '20' }, outcome: 'opt-out' })
    const large = await POST(request('/transfer', { ...sent, form: { amount: '31' } }), {})
    expect(large.status).toBe(401)
  })

  it('answers 503 where the resource cannot be read, and says nothing of why', async () => {
    const strict = testGuard({ logger: { info() {}, warn() {}, error() {} } })
    const POST = strict.route('transfer.create', () => new Response(), {
      resource: () => Promise.reject(new Error('secret of the database')),
    })
    const response = await POST(request('/transfer', { user: 'bob', form: { amount: '1' } }), {})
    expect(response.status).toBe(503)
    expect(await response.text()).not.toContain('database')
  })

  it('decides once where routes stand inside routes (law 13)', async () => {
    const inner = guard.route('account.view', (_req, { decision }) => Response.json(decision.id))
    const outer = guard.route('account.view', async (req, { decision }) =>
      Response.json([decision.id, await (await inner(req, {})).json()]),
    )
    const [first, second] = await (await outer(request('/account', { user: 'al' }), {})).json()
    expect(first).toBe(second)
  })

  it('tells the decision of this very request alone', async () => {
    const GET = guard.route('account.view', () => new Response())
    const mine = request('/account', { user: 'alice' })
    await GET(mine, {})
    expect(guard.decision(mine)?.outcome).toBe('pass')
    expect(guard.decision(request('/account', { user: 'alice' }))).toBeUndefined()
    expect(guard.decision(mine.clone())).toBeUndefined()
  })

  it('passes on what the handler throws', async () => {
    const GET = guard.route('account.view', () => {
      throw new Error('mine')
    })
    await expect(GET(request('/account', { user: 'alice' }), {})).rejects.toThrow('mine')
  })

  it('refuses an action that nobody declared when the guard is made', () => {
    expect(() => guard.route('account.veiw', () => new Response())).toThrow(
      expect.objectContaining({ code: 'action_not_declared' }),
    )
  })
})
