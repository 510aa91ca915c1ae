import { describe, expect, it } from 'vitest'
import { readReturnTarget } from '../../src/request/read-return-target.ts'

const config = {
  publicOrigin: 'https://shop.example',
  challengePath: '/step-up',
  loginPath: '/login',
  logoutPath: '/logout',
}

describe('where a challenge leads', () => {
  it.each([
    '/step-up?ticket=x',
    '/login',
    '/logout/',
    '/LOGOUT',
    '/%6cogout',
    '/a/../logout',
    '/logout%2f',
    '/%2flogout',
    '/a%2f..%2flogout',
    '/logout;x=1',
    '/logout;/a',
    'https://shop.example/logout%2F?x',
    '/%',
  ])('is not %s, whatever a router takes that for (T41)', (target) => {
    expect(readReturnTarget(target, config)).toBeUndefined()
  })

  it.each(['/logouts', '/account/logout', '/account;x=1', '/a%2Fb', '/'])('may be %s', (target) => {
    expect(readReturnTarget(target, config)).toBe(`https://shop.example${target}`)
  })

  it('may be any page where no path is the challenge’s own', () => {
    const none = {
      publicOrigin: undefined,
      challengePath: undefined,
      loginPath: undefined,
      logoutPath: undefined,
    }
    expect(readReturnTarget('/logout', none)).toBe('/logout')
  })
})
