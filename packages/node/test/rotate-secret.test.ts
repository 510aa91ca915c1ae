// A new secret takes the place of an old one and nobody is signed out: devices, evidence and tickets that were sealed before
// are good until they end by themselves, or until the old secret is taken off the list.
import { afterEach, describe, expect, it } from 'vitest'
import { buildPolicy } from '../../core/test/support/build-policy.ts'
import {
  type Browser,
  OLDER_SECRET,
  openBrowser,
  openShop,
  passwordLogin,
  SECRET,
  type Shop,
} from '../../core/test/support/shop.ts'
import { fakeClock } from '../../testing/src/fake-clock.ts'
import { fileBackend } from '../src/file-backend.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** Of the logins; it stands where the app's own begins. */
const clock = fakeClock(Date.now())
const compiled = buildPolicy()
let shop: Shop | undefined
afterEach(async () => await shop?.close())

/** The app is started again on the same data. */
async function startWith(dir: string, ...secret: readonly string[]): Promise<Shop> {
  await shop?.close()
  shop = openShop({ compiled, clock, backend: fileBackend(dir), secret })
  await shop.guard.ready()
  return shop
}

/** The same browser, before the app as it runs now. */
function backIn(shop: Shop, browser: Browser): Browser {
  return openBrowser(shop, browser.login, browser.cookies)
}

/** Bob proved more and is remembered; then he signed in anew, so that the device alone speaks for him. */
async function rememberedBrowser(shop: Shop, subject: string): Promise<Browser> {
  const browser = openBrowser(shop, passwordLogin(shop, subject, `${subject}-1`))
  expect((await browser.stepUp({ rememberDevice: true })).status).toBe(303)
  browser.login = passwordLogin(shop, subject, `${subject}-2`)
  return browser
}

async function provedBrowser(shop: Shop, subject: string): Promise<Browser> {
  const browser = openBrowser(shop, passwordLogin(shop, subject))
  expect((await browser.stepUp()).status).toBe(303)
  return browser
}

describe('rotating the secret', () => {
  it('signs nobody out, and takes the old secret’s work away with the secret', async () => {
    const dir = await temporaryDirectory()
    const before = await startWith(dir, OLDER_SECRET)
    const bob = await rememberedBrowser(before, 'bob')
    const idle = await rememberedBrowser(before, 'idle')
    const carol = await provedBrowser(before, 'carol')
    const dave = openBrowser(before, passwordLogin(before, 'dave'))
    const ticket = await dave.ticketFor('transfer.create')
    const erin = openBrowser(before, passwordLogin(before, 'erin'))
    const late = await erin.ticketFor('transfer.create')

    // both are known, the new one first
    const during = await startWith(dir, SECRET, OLDER_SECRET)
    const rotated = backIn(during, bob)
    expect(await rotated.outcome('transfer.create')).toMatch(/^opt-out /)
    expect(await backIn(during, carol).outcome('transfer.create')).toBe('pass')
    const completing = backIn(during, dave)
    expect(await completing.open(ticket)).toMatchObject({ subject: 'dave' })
    const done = await completing.complete(ticket, { factors: [{ method: 'otp' }] })
    expect(done.status).toBe(303)
    expect(await completing.outcome('transfer.create')).toBe('pass')

    // the old one is gone: what came by while both were known goes on, for it was sealed anew
    const after = await startWith(dir, SECRET)
    expect(await backIn(after, rotated).outcome('transfer.create')).toMatch(/^opt-out /)
    expect(await backIn(after, completing).outcome('transfer.create')).toBe('pass')
    // the rest has ended: they prove themselves again, and are not signed out
    expect(await backIn(after, idle).outcome('transfer.create')).toMatch(/^challenge /)
    expect(await backIn(after, carol).outcome('transfer.create')).toMatch(/^challenge /)
    expect(await backIn(after, carol).outcome('account.view')).toBe('pass')
    expect(await backIn(after, erin).open(late)).toBeUndefined()
    expect(await backIn(after, carol).stepUp()).toMatchObject({ status: 303 })
  })
})
