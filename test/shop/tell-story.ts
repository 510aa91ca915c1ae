// The story itself, told to any shop that answers at one address: of one process, or of several behind a load balancer.
import { beforeAll, expect, test } from 'vitest'
import { type BrowserLikeClient, browserLikeClient } from '../support/browser-like-client.ts'

export interface StoryShop {
  origin(): string
  /** Resolves once what was told by now is known wherever the next request may go. */
  settled(): Promise<void>
}

export const TRANSFER = { amount: '200', payee: 'ACME' }

export async function signIn(browser: BrowserLikeClient): Promise<void> {
  const reply = await browser.submit('/login', { user: 'alice', password: 'correct-horse' })
  expect([reply.status, reply.headers.get('location')]).toEqual([303, '/account'])
}

export async function stepUp(
  browser: BrowserLikeClient,
  url: string,
  remember: boolean,
): Promise<Response> {
  expect((await browser.navigate(url)).status).toBe(200)
  const { code } = await (await browser.fetchJson('/demo/authenticator?user=alice')).json()
  const ticket = new URL(url, browser.origin).searchParams.get('ticket') ?? ''
  return browser.submit('/step-up', { ticket, code, ...(remember ? { remember: 'yes' } : {}) })
}

export function tellStory(shop: StoryShop): void {
  let browser: BrowserLikeClient
  beforeAll(() => {
    browser = browserLikeClient(shop.origin())
  })

  test('without a login a page leads to it, and a program gets 401', async () => {
    const page = await browser.navigate('/account')
    expect([page.status, page.headers.get('location')]).toEqual([303, '/login'])
    expect((await browser.fetchJson('/account')).status).toBe(401)
  })

  test('after the password the account opens, and 20 go through, but not 200', async () => {
    await signIn(browser)
    expect(await (await browser.fetchJson('/account')).json()).toMatchObject({
      user: 'alice',
      decision: { outcome: 'pass' },
    })
    const small = await browser.fetchJson('/transfer', { json: { amount: 20, payee: 'ACME' } })
    expect(await small.json()).toMatchObject({
      amount: 20,
      decision: { outcome: 'opt-out', optOut: 'small-payment' },
    })
    const large = await browser.fetchJson('/transfer', { json: TRANSFER })
    expect(large.status).toBe(401)
    expect(large.headers.get('www-authenticate')).toContain('acr_values="aal2", max_age="900"')
  })

  test('a wrong code shows the page again, a made-up ticket is refused', async () => {
    const asked = await browser.submit('/transfer', TRANSFER)
    const ticket = new URL(asked.headers.get('location') ?? '', shop.origin()).searchParams.get(
      'ticket',
    )
    const again = await browser.submit('/step-up', { ticket: ticket ?? '', code: '000000' })
    expect([again.status, await again.text()]).toEqual([401, expect.stringContaining('Wrong code')])
    expect((await browser.navigate('/step-up?ticket=made-up')).status).toBe(400)
    expect((await browser.submit('/step-up', { ticket: 'made-up', code: '000000' })).status).toBe(
      400,
    )
  })

  test('a code brings a new session id, a pass, and a remembered device', async () => {
    const before = browser.cookies.get('__Host-session')
    const asked = await browser.submit('/transfer', TRANSFER)
    expect(asked.status).toBe(303)
    const done = await stepUp(browser, asked.headers.get('location') ?? '', true)
    expect([done.status, done.headers.get('location')]).toEqual([303, `${shop.origin()}/`])
    expect(browser.cookies.get('__Host-session')).not.toBe(before)
    expect([...browser.cookies.keys()].some((one) => one.startsWith('__Host-device-'))).toBe(true)
    const sent = await browser.fetchJson('/transfer', { json: TRANSFER })
    expect(await sent.json()).toMatchObject({ decision: { outcome: 'pass' } })

    const old = browserLikeClient(shop.origin())
    old.cookies.set('__Host-session', before ?? '')
    expect((await old.fetchJson('/account')).status).toBe(401)
  })

  test('after a new login the remembered device answers for the code, until it is revoked', async () => {
    await browser.submit('/logout', {})
    expect((await browser.fetchJson('/account')).status).toBe(401)
    await signIn(browser)
    const remembered = await browser.fetchJson('/transfer', { json: TRANSFER })
    expect(await remembered.json()).toMatchObject({
      decision: { outcome: 'opt-out', optOut: 'remembered-device' },
    })

    const { devices } = await (await browser.fetchJson('/devices')).json()
    expect(devices).toHaveLength(1)
    const revoked = await browser.submit(`/devices/${devices[0].id}/revoke`, {})
    expect(revoked.status).toBe(303)
    await shop.settled()
    expect(await (await browser.follow(revoked)).text()).toContain('No browser is remembered')
    expect((await browser.fetchJson('/transfer', { json: TRANSFER })).status).toBe(401)
  })
}
