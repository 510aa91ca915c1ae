import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Route } from '../../src/policy/compiled-policy.ts'
import { prepareRoutes } from '../../src/request/prepare-routes.ts'

const routes: readonly Route[] = [
  { methods: ['GET'], path: '/account/**', action: 'account.view' },
  { methods: ['POST'], path: '/transfer', action: 'transfer.create' },
  { methods: [], path: '/files/*', action: 'file.read' },
  { methods: [], path: '/a/*/p', action: 'nested' },
]
const match = prepareRoutes(routes)

describe('prepareRoutes', () => {
  test.each([
    ['GET', '/account', ['account.view']],
    ['HEAD', '/account', ['account.view']],
    ['GET', '/Account/', ['account.view']],
    ['GET', '/account/x/y', ['account.view']],
    ['GET', '//account', ['account.view']],
    ['POST', '/transfer?x', ['transfer.create']],
    ['DELETE', '/files/x', ['file.read']],
    ['GET', '', undefined],
  ])('%s %s', (method, target, actions) => {
    expect(match(method, target)).toEqual(
      actions === undefined ? { is: 'undetermined' } : { is: 'matched', actions },
    )
  })

  test.each([
    ['POST', '/account'],
    ['GET', '/accounts'],
    ['GET', '/transfer'],
    ['GET', '/files'],
    ['GET', '/files/a/b'],
    ['GET', '/x?y=/account'],
    ['GET', '/%2561ccount'],
  ])('%s %s matches none', (method, target) => {
    expect(match(method, target)).toEqual({ is: 'none' })
  })

  test.each([
    ['/%61ccount', 'Next decodes'],
    ['/x/../account', 'dots are resolved'],
    ['/x/..;/account', 'parameters are dropped, then dots are resolved'],
    ['/account;x=1', 'parameters are dropped'],
    ['/account;x/y', 'a semicolon begins the query'],
    ['/account/..', 'Express hands .. to /account/:page'],
    ['/account/%2e%2e', 'Express hands it to /account/:page, decoded'],
    ['/account%2fx', 'Next takes it for a separator'],
    ['/account%5cx', 'a backslash taken for a separator'],
    ['\\account', 'not a target at all'],
    ['/\\account', 'a backslash taken for a slash'],
    ['http://h/account', 'absolute-form'],
    ['//h/account', 'resolved against a base URL'],
    ['/x/%2e%2e%2faccount', 'all of it at once'],
    ['/account%', 'unreadable, so it may be anything'],
  ])('T32 GET %s does not slip past the route (%s)', (target) => {
    expect(match('GET', target).is).not.toBe('none')
  })

  test('T32 what Express matches undecoded is matched in segments too', () => {
    expect(match('GET', '/files/a%2fb')).toEqual({ is: 'matched', actions: ['file.read'] })
    expect(match('GET', '/a/../p')).toEqual({ is: 'matched', actions: ['nested'] })
    expect(match('GET', '/a/..;/p')).toEqual({ is: 'matched', actions: ['nested'] })
  })

  test('the root is a route like others', () => {
    const root = prepareRoutes([{ methods: ['GET'], path: '/', action: 'home' }])
    expect(root('GET', '/?x')).toEqual({ is: 'matched', actions: ['home'] })
    expect(root('GET', 'http://h')).toEqual({ is: 'matched', actions: ['home'] })
    expect(root('GET', '/x')).toEqual({ is: 'none' })
  })

  test('all actions of all routes that match are guarded, in whatever order they stand', () => {
    const several: Route[] = [
      { methods: [], path: '/x/**', action: 'b' },
      { methods: [], path: '/x/*', action: 'a' },
      { methods: ['GET'], path: '/**', action: 'c' },
      { methods: ['GET'], path: '/x/y', action: 'a' },
    ]
    fc.assert(
      fc.property(fc.shuffledSubarray(several, { minLength: 4 }), (shuffled) => {
        expect(prepareRoutes(shuffled)('GET', '/x/y')).toEqual({
          is: 'matched',
          actions: ['a', 'b', 'c'],
        })
      }),
    )
  })

  test('an unreadable target is undetermined only where a route takes its method', () => {
    const posts = prepareRoutes([{ methods: ['POST'], path: '/x', action: 'a' }])
    expect(posts('POST', '/%zz')).toEqual({ is: 'undetermined' })
    expect(posts('GET', '/%zz')).toEqual({ is: 'none' })
    expect(prepareRoutes([])('GET', '/%zz')).toEqual({ is: 'none' })
  })

  test('the challenge page matches no route, and nothing else passes for it', () => {
    const all: Route[] = [{ methods: [], path: '/**', action: 'all' }]
    const guarded = prepareRoutes(all, ['/Step-Up/', '/login'])
    expect(guarded('GET', '/step-up?ticket=x')).toEqual({ is: 'none' })
    expect(guarded('GET', '/login/')).toEqual({ is: 'none' })
    for (const target of [
      '/account/../login',
      '/login/..;/account',
      '/x/..%2flogin',
      '/login;x',
      '/%zz',
    ]) {
      expect(guarded('GET', target).is).not.toBe('none')
    }
  })

  test('adding a route never takes an action away', () => {
    const route = fc.record({
      methods: fc.subarray(['GET', 'POST']),
      path: fc.constantFrom('/**', '/a/**', '/*', '/a/*', '/a/b', '/', '/*/b'),
      action: fc.constantFrom('x', 'y', 'z'),
    })
    const target = fc.constantFrom('/', '/a', '/a/b', '/a/../b', '/a;x', '/b%2fa', '/a/b/c')
    fc.assert(
      fc.property(fc.array(route), route, target, (some, more, path) => {
        const before = prepareRoutes(some)('GET', path)
        const after = prepareRoutes([...some, more])('GET', path)
        const actions = after.is === 'matched' ? after.actions : []
        expect(actions).toEqual(
          expect.arrayContaining(before.is === 'matched' ? [...before.actions] : []),
        )
      }),
    )
  })
})
