import { type CompiledPolicy, createEdgeGuard, type EdgeGuardOptions } from '@countersign/next/edge'
import { describe, expect, it } from 'vitest'

const policy = {
  evaluator: 1,
  routes: [
    { methods: ['GET'], path: '/account/**', action: 'account.view' },
    { methods: [], path: '/everything', action: 'account.view' },
  ],
} as unknown as CompiledPolicy

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }

function guardWith(options: Partial<EdgeGuardOptions> = {}) {
  return createEdgeGuard({
    policy,
    identity: ({ cookies }) => {
      const user = cookies.get('user')?.value
      return user === undefined ? undefined : { subject: user }
    },
    logger: quiet,
    ...options,
  })
}

function request(path: string, headers: Record<string, string> = {}, method = 'GET'): Request {
  return new Request(`http://shop.example${path}`, { headers, method })
}

const NAVIGATION = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }

const PREFLIGHT = { origin: 'https://partner.example', 'access-control-request-method': 'GET' }

describe('createEdgeGuard', () => {
  it('goes on with whoever is signed in', async () => {
    expect(await guardWith()(request('/account', { cookie: 'user=alice' }))).toBeUndefined()
  })

  it.each([
    { name: 'another path', req: request('/public') },
    { name: 'another method', req: request('/account', {}, 'POST') },
    { name: 'a preflight', req: request('/everything', PREFLIGHT, 'OPTIONS') },
  ])('touches nothing where no route matches, and no preflight: $name', async ({ req }) => {
    expect(await guardWith()(req)).toBeUndefined()
  })

  it.each([
    '/account',
    '/Account/',
    '//account',
    '/%61ccount',
    '/x/../account/keys',
    '/account;v=1',
  ])('refuses nobody at %s', async (path) => {
    const refused = await guardWith()(request(path))
    expect(refused?.status).toBe(401)
    expect(refused?.headers.get('cache-control')).toBe('private, no-store')
    expect(await refused?.json()).toMatchObject({ code: 'sign_in_required' })
  })

  it('sends a navigation of nobody to the login, as an absolute address of its own server', async () => {
    const refused = await guardWith({ loginPath: '/login' })(request('/account', NAVIGATION))
    expect(refused?.status).toBe(303)
    expect(refused?.headers.get('location')).toBe('http://shop.example/login')
  })

  it('refuses OPTIONS of nobody that is no preflight', async () => {
    const { origin } = PREFLIGHT
    expect((await guardWith()(request('/everything', { origin }, 'OPTIONS')))?.status).toBe(401)
  })

  it('never guards the login page itself', async () => {
    const everything = {
      ...policy,
      routes: [{ methods: [], path: '/**', action: 'account.view' }],
    } as unknown as CompiledPolicy
    const guard = guardWith({ policy: everything, loginPath: '/login' })
    expect(await guard(request('/login'))).toBeUndefined()
    expect((await guard(request('/elsewhere')))?.status).toBe(401)
  })

  it('takes two cookies of one name for none', async () => {
    const refused = await guardWith()(request('/account', { cookie: 'user=alice; user=bob' }))
    expect(refused?.status).toBe(401)
  })

  it('answers 503 where the identity cannot be read, and says nothing of why', async () => {
    const identity = () => {
      throw new Error('the database at db.internal is down')
    }
    const refused = await guardWith({ identity })(request('/account'))
    expect(refused?.status).toBe(503)
    expect(await refused?.text()).not.toContain('db.internal')
  })

  it('answers 503 where the target cannot be read: any route may be meant', async () => {
    const refused = await guardWith()(request(`/account/${'a'.repeat(40_000)}`))
    expect(refused?.status).toBe(503)
  })

  it.each([
    { name: 'a path', policy: './policy.yaml' },
    { name: 'a document', policy: { countersign: 1, rules: [] } },
    { name: 'nothing', policy: undefined },
  ])('refuses $name for a policy', ({ policy: given }) => {
    expect(() => guardWith({ policy: given as unknown as CompiledPolicy })).toThrow(
      expect.objectContaining({
        code: 'policy_not_compiled',
        message: expect.stringContaining('compilePolicy of @countersign/policy'),
      }),
    )
  })
})
