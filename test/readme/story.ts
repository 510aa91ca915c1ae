// What every app of the documents has to do, over real HTTP: pass, be challenged, fail, complete, opt out after a new login.
import { type BrowserLikeClient, browserLikeClient } from '@countersign/testing'
import { expect } from 'vitest'

/** `log`: where the app prints its outcomes, if its replies do not tell them. */
export async function tellStory(origin: string, log?: () => string): Promise<BrowserLikeClient> {
  const browser = browserLikeClient(origin)
  const transfer = () => browser.fetchJson('/transfer', { json: { amount: 200, payee: 'ACME' } })
  expect((await transfer()).status, 'nobody is signed in').toBe(401)

  await signIn(browser, 0)
  expect(await outcomeOf(await transfer(), log), 'a fresh login').toBe('pass')

  await signIn(browser, 20)
  const asked = await transfer()
  expect([asked.status, asked.headers.get('www-authenticate')]).toEqual([
    401,
    expect.stringContaining('insufficient_user_authentication'),
  ])
  const { challengeUrl } = await asked.json()
  expect(challengeUrl).toMatch(/^\/step-up\?ticket=/)
  expect(await (await browser.navigate(challengeUrl)).text()).toContain('<form method="post">')

  const ticket = new URL(challengeUrl, origin).searchParams.get('ticket') ?? ''
  expect((await browser.submit('/step-up', { ticket, code: '000000' })).status, 'wrong').toBe(401)
  const code = await currentCode(browser)
  const done = await browser.submit('/step-up', { ticket, code, remember: 'on' })
  expect(done.status, await done.text()).toBe(303)
  expect(await outcomeOf(await transfer(), log), 'after the code').toBe('pass')
  expect((await browser.submit('/step-up', { ticket, code })).status, 'used').not.toBe(303)

  await browser.submit('/logout', {})
  expect((await transfer()).status, 'signed out').toBe(401)
  await signIn(browser, 20)
  expect(await outcomeOf(await transfer(), log), 'remembered').toBe('opt-out')
  return browser
}

async function outcomeOf(reply: Response, log?: () => string): Promise<string> {
  expect(reply.status).toBe(200)
  const { outcome } = await reply.json()
  return outcome ?? (await lastPrinted(log))
}

/** The reply may be here before what was printed. */
async function lastPrinted(log: (() => string) | undefined): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, 200))
  return /transfer\.create (\S+)\n$/.exec(log?.() ?? '')?.[1] ?? 'nothing was printed'
}

export async function signIn(browser: BrowserLikeClient, minutesAgo: number): Promise<void> {
  const login = { user: 'alice', password: 'correct-horse', minutesAgo: String(minutesAgo) }
  expect((await browser.submit('/login', login)).status).toBe(303)
}

export async function currentCode(browser: BrowserLikeClient): Promise<string> {
  return (await (await browser.fetchJson('/authenticator?user=alice')).json()).code
}
