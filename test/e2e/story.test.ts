// The story that the product is for, in a real browser on each shop: sign in, be challenged, remember the browser,
// sign in again and not be asked, forget the browser, be asked again.
import { mkdirSync } from 'node:fs'
import { readAuditDirectory } from '@countersign/node'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium, startChromium } from '../support/chromium.ts'
import { type RunningShop, SHOPS, startShop } from '../support/start-shop.ts'

/** Pictures of every page, for eyes: `SCREENSHOTS=dir`. */
const pictures = process.env['SCREENSHOTS']

describe.skipIf(!hasChromium()).each(SHOPS)('the %s shop in Chromium', (name) => {
  let shop: RunningShop
  let browser: Browser
  let page: Page
  let shots = 0

  beforeAll(async () => {
    ;[shop, browser] = await Promise.all([startShop(name), startChromium()])
    const context = await browser.newContext({ viewport: { width: 900, height: 900 } })
    page = await context.newPage()
  })
  afterAll(async () => {
    await browser?.close()
    await shop?.stop()
  })

  async function look(what: string): Promise<void> {
    if (pictures === undefined) return
    mkdirSync(pictures, { recursive: true })
    shots += 1
    await page.screenshot({
      path: `${pictures}/${name}-${String(shots).padStart(2, '0')}-${what}.png`,
    })
  }

  async function signIn(user: string, next = '/account'): Promise<void> {
    await page.goto(`${shop.origin}/login`)
    await page.getByLabel('Name').fill(user)
    await page.getByLabel('Password').fill('correct-horse')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(({ pathname }) => pathname === next)
  }

  async function send(amount: number): Promise<void> {
    await page.goto(`${shop.origin}/account`)
    await page.getByLabel('To').fill('bob')
    await page.getByLabel('Amount in euros').fill(String(amount))
    await page.getByRole('button', { name: 'Send' }).click()
  }

  async function payFromHere(tab: Page, amount: number): Promise<void> {
    await tab.getByLabel('To').fill('bob')
    await tab.getByLabel('Amount in euros').fill(String(amount))
    await tab.getByRole('button', { name: 'Pay from here' }).click()
  }

  async function currentCode(user: string): Promise<string> {
    const response = await fetch(`${shop.origin}/demo/authenticator?user=${user}`)
    return ((await response.json()) as { code: string }).code
  }

  test('from a login to a challenge, to a remembered browser, and back', async () => {
    await page.goto(shop.origin)
    await look('home')
    await page.goto(`${shop.origin}/account`)
    expect(page.url()).toBe(`${shop.origin}/login`)
    await look('login')
    await signIn('alice')
    await look('account')

    await send(200)
    expect(new URL(page.url()).pathname).toBe('/step-up')
    expect(await page.content()).toContain('200')
    await look('step-up')
    await page.getByLabel('Code').fill('000000')
    await page.getByRole('button', { name: 'Go on' }).click()
    expect(await page.getByRole('alert').textContent()).toContain('wrong')
    await look('wrong-code')
    await page.getByLabel('Code').fill(await currentCode('alice'))
    await page.getByLabel('Remember this browser').check()
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.waitForURL(`${shop.origin}/`)

    await send(200)
    expect(new URL(page.url()).pathname).toBe('/transfer')
    await look('transfer-after-step-up')

    await page.goto(`${shop.origin}/account`)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await signIn('alice')
    await send(200)
    expect(new URL(page.url()).pathname).toBe('/transfer')
    expect(await page.content()).toContain('because this browser is remembered')
    await look('transfer-by-opt-out')

    await page.goto(`${shop.origin}/devices`)
    await look('devices')
    await page.getByRole('button', { name: /Forget/ }).click()
    await page.goto(`${shop.origin}/devices`)
    expect(await page.getByRole('button', { name: /Forget/ }).count()).toBe(0)
    await look('devices-forgotten')

    await page.goto(`${shop.origin}/account`)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await signIn('alice')
    await send(200)
    expect(new URL(page.url()).pathname).toBe('/step-up')
  })

  test('a small payment needs no code, an API key always does', async () => {
    await page.context().clearCookies()
    await signIn('bob')
    await send(20)
    expect(new URL(page.url()).pathname).toBe('/transfer')
    expect(await page.content()).toContain('because this is a small payment')
    await look('small-payment')
    await page.goto(`${shop.origin}/account`)
    await page.getByLabel('Name of the key').fill('ci')
    await page.getByRole('button', { name: 'Make the key' }).click()
    expect(new URL(page.url()).pathname).toBe('/step-up')
  })

  test('pays without leaving the page: one popup asks for two tabs', async () => {
    await page.context().clearCookies()
    await signIn('carol')
    const other = await page.context().newPage()
    await other.goto(`${shop.origin}/account`)
    const opened = page.waitForEvent('popup')
    await payFromHere(page, 200)
    const popup = await opened
    await payFromHere(other, 300)
    await popup.getByLabel('Code').fill(await currentCode('carol'))
    await popup.getByRole('button', { name: 'Go on' }).click()
    await page.getByText('€200 sent to bob').waitFor()
    await other.getByText('€300 sent to bob').waitFor()
    expect(page.url()).toBe(`${shop.origin}/account`)
    await look('paid-from-here')
    await other.close()
  })

  test('a passkey, made after a code, stands in for one on another device', async () => {
    await page.context().clearCookies()
    await addAuthenticator(page)
    await signIn('bob')
    await page.goto(`${shop.origin}/devices`)
    await page.getByRole('link', { name: 'Add a passkey' }).click()
    expect(new URL(page.url()).pathname).toBe('/step-up')
    await page.getByLabel('Code').fill(await currentCode('bob'))
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.waitForURL(`${shop.origin}/passkeys/new`)
    await look('new-passkey')
    await page.getByRole('button', { name: 'Make a passkey' }).click()
    await page.waitForURL(`${shop.origin}/devices`)
    expect(await page.getByRole('button', { name: /Remove the passkey/ }).count()).toBe(1)
    await look('passkeys')

    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.context().clearCookies()
    // a new device right after a factor was added: the risk is high, and the account itself asks for more
    await signIn('bob', '/step-up')
    await look('step-up-by-passkey')
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await page.waitForURL(`${shop.origin}/account`)
    await send(200)
    expect(new URL(page.url()).pathname).toBe('/transfer')
    expect(await page.content()).toContain('Your sign-in is strong and recent enough')
    expect(await methodsOfLastChallenge(shop.dataDirectory, 'bob')).toEqual(['hwk', 'user'])
  })

  test('a page that is no more, and a ticket that never was, are told kindly', async () => {
    await page.goto(`${shop.origin}/step-up?ticket=made-up`)
    expect(await page.content()).toMatch(/no longer|not valid|start again/i)
    await look('made-up-ticket')
  })
})

/** One that is built into the device, and finds that it is the person. */
async function addAuthenticator(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
    },
  })
}

/** As the audit log has them, once it does. */
async function methodsOfLastChallenge(dataDirectory: string, subject: string): Promise<unknown> {
  const completed = async () => {
    const found: unknown[] = []
    for await (const { entry } of readAuditDirectory(dataDirectory, { subject }))
      if (entry.type === 'challenge' && entry.what === 'completed') found.push(entry.methods)
    return found
  }
  await expect.poll(async () => (await completed()).length, { timeout: 10_000 }).toBe(2)
  return (await completed()).at(-1)
}
