// Where a completed challenge leads, and the end of one that brings too little (T21, T40, T41).
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildPolicy, MINUTE, moneyRule } from '../support/build-policy.ts'
import {
  type Browser,
  header,
  NAVIGATION,
  openBrowser,
  openShop,
  passwordLogin,
  type Shop,
  ticketIn,
} from '../support/shop.ts'

const OTP = { factors: [{ method: 'otp' }] }
const ORIGIN = 'https://shop.example'

let shop: Shop
let browser: Browser
beforeEach(() => {
  shop = openShop()
  browser = openBrowser(shop, passwordLogin(shop))
})
afterEach(() => shop.close())

describe('afterwards', () => {
  it.each([
    {
      name: 'what was asked for by a navigation',
      asking: nav('/transfer?to=1'),
      to: '/transfer?to=1',
    },
    { name: 'home after a POST', asking: { ...nav('/transfer'), method: 'POST' }, to: '/' },
    { name: 'home after HEAD', asking: { ...nav('/transfer'), method: 'HEAD' }, to: '/' },
    { name: 'home after a fetch', asking: { method: 'GET', target: '/transfer' }, to: '/' },
    { name: 'home after the challenge page', asking: nav('/step-up?ticket=x'), to: '/' },
    { name: 'home after the login page', asking: nav('/login?next=/transfer'), to: '/' },
    { name: 'home after the logout page', asking: nav('/LOGOUT/'), to: '/' },
    { name: 'home after an absolute target', asking: nav('https://evil.example/t'), to: '/' },
    { name: 'home after a target with two slashes', asking: nav('//evil.example/t'), to: '/' },
    { name: 'home after dots before two slashes', asking: nav('/.//evil.example'), to: '/' },
  ])('303 to $name', async ({ asking, to }) => {
    const ticket = await browser.ticketFor('transfer.create', asking)
    const reply = await browser.complete(ticket, OTP)
    expect(reply.status).toBe(303)
    expect(header(reply, 'location')).toBe(`${ORIGIN}${to}`)
    expect(header(reply, 'cache-control')).toBe('private, no-store')
  })

  const HOSTILE = [
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    'https:///evil.example',
    'https://shop.example@evil.example/',
    'https://shop.example./account',
    'http://shop.example/account',
    'blob:https://shop.example/x',
    'javascript:alert(1)',
    '/.//evil.example',
    '/a/..//evil.example',
    '/./\\evil.example',
    '/step-up',
    '/step-up/?ticket=x',
    '/Login',
    '/%6cogout',
    'account',
    '',
  ]

  it.each(HOSTILE)('never to %j, whoever says so', async (hostile) => {
    const asking = nav('/transfer')
    const byPage = await browser.complete(await browser.ticketFor('transfer.create', asking), {
      ...OTP,
      returnTo: hostile,
    })
    expect(header(byPage, 'location')).toBe(`${ORIGIN}/transfer`)
    await shop.pass(16 * MINUTE)
    const ticket = await browser.ticketFor('transfer.create', asking)
    const byForm = await shop.guard.challenge.complete(
      browser.incoming(),
      { body: { ticket, returnTo: hostile } },
      OTP,
    )
    expect(header(byForm, 'location')).toBe(`${ORIGIN}/transfer`)
  })

  it.each([
    { name: 'a path', returnTo: '/account?tab=2', to: '/account?tab=2' },
    { name: 'a URL of this origin', returnTo: `${ORIGIN}/account`, to: '/account' },
  ])('to where the page says: $name', async ({ returnTo, to }) => {
    const ticket = await browser.ticketFor('transfer.create', nav('/transfer'))
    const reply = await browser.complete(ticket, { ...OTP, returnTo })
    expect(header(reply, 'location')).toBe(`${ORIGIN}${to}`)
  })

  it('to a path, and never to Host, where no origin is configured (T37)', async () => {
    const own = openShop({ publicOrigin: undefined })
    const other = openBrowser(own, passwordLogin(own))
    const asking = { ...nav('/transfer?a=1'), headers: { ...NAVIGATION, host: 'evil.example' } }
    const checked = await other.ask('transfer.create', asking)
    if (checked.is !== 'refuse') throw new Error('no challenge')
    expect(header(checked.reply, 'location')).toMatch(/^\/step-up\?ticket=/)
    expect(JSON.stringify(checked)).not.toContain('evil.example')
    const location = header(checked.reply, 'location') ?? ''
    const reply = await other.complete(ticketIn(location), OTP)
    expect(header(reply, 'location')).toBe('/transfer?a=1')
    await own.close()
  })
})

describe('a challenge that brought too little (T21)', () => {
  const LITTLE = { factors: [{ method: 'pwd' }] }

  it('gets one more try, then 403, and no loop', async () => {
    const ticket = await browser.ticketFor('transfer.create', nav('/transfer'))
    const first = await browser.complete(ticket, LITTLE)
    expect(first.status).toBe(303)
    const again = header(first, 'location') ?? ''
    expect(again).toMatch(/^\/step-up\?ticket=/)
    const second = await browser.complete(ticketIn(again), LITTLE)
    expect(second.status).toBe(403)
    expect(await browser.outcome('transfer.create')).toBe('deny too_little too_little')
    const page = await browser.ask('transfer.create', nav('/transfer'))
    expect(page.is === 'refuse' && page.reply.status).toBe(403)
  })

  it('keeps where to go, what is asked and the requirement in the second try (T16)', async () => {
    const ticket = await browser.ticketFor('transfer.create', nav('/transfer?x=1'))
    const first = await browser.complete(ticket, LITTLE)
    const again = ticketIn(header(first, 'location') ?? '')
    expect(await browser.open(again, { method: 'GET' })).toMatchObject({
      action: 'transfer.create',
      resource: { amount: 500 },
      requirement: { acr: 'aal2', maxAgeSeconds: 900 },
    })
    const second = await browser.complete(again, OTP)
    expect(header(second, 'location')).toBe(`${ORIGIN}/transfer?x=1`)
    expect(await browser.outcome('transfer.create')).toBe('pass')
  })

  it('ends for a few minutes, for that requirement, login and subject only', async () => {
    const first = await browser.stepUp(LITTLE)
    await browser.complete(ticketIn(header(first, 'location') ?? ''), LITTLE)
    expect(await browser.outcome('transfer.create')).toMatch(/^deny too_little/)
    expect(await browser.outcome('key.create')).toMatch(/^challenge/)
    const other = openBrowser(shop, passwordLogin(shop, 'alice', 'alice-2'))
    expect(await other.outcome('transfer.create')).toMatch(/^challenge/)
    const small = { resource: { amount: 1, payee: 'x' } }
    expect(await browser.outcome('transfer.create', small)).toBe('opt-out small')
    await shop.pass(5 * MINUTE)
    expect(await browser.outcome('transfer.create')).toMatch(/^challenge/)
  })
})

describe('the requirement of a challenge', () => {
  it('is the strictest merge of all unmet rules', async () => {
    await shop.close()
    shop = openShop({
      compiled: buildPolicy({
        rules: [
          moneyRule([]),
          { id: 'often', actions: ['*'], require: { maxAgeSeconds: 60 }, optOuts: [] },
          { id: 'hw', actions: ['transfer.*'], require: { amr: ['hwk'] }, optOuts: [] },
        ],
      }),
    })
    browser = openBrowser(shop, { ...passwordLogin(shop), authTime: 1 })
    const ticket = await browser.ticketFor('transfer.create')
    expect(await browser.open(ticket, { method: 'GET' })).toMatchObject({
      requirement: { acr: 'aal2', amr: ['hwk'], maxAgeSeconds: 60 },
    })
    const reply = await browser.complete(ticket, { factors: [{ method: 'hwk' }] })
    expect(reply.status).toBe(303)
    expect(await browser.outcome('transfer.create')).toBe('pass')
  })
})

describe('fail', () => {
  it('answers 401 with the page to a person and a problem to a program, without the ticket', async () => {
    const ticket = await browser.ticketFor('transfer.create', { headers: NAVIGATION })
    const page = await browser.fail(ticket, '<p>again</p>', { headers: NAVIGATION })
    expect(page).toMatchObject({ status: 401, body: { text: '<p>again</p>' } })
    const problem = await browser.fail(ticket, '<p>again</p>')
    expect(problem).toMatchObject({ status: 401, body: { type: 'application/problem+json' } })
    expect(problem.body?.text).not.toContain(ticket)
    await shop.close()
    const text = JSON.stringify(shop.backend.records())
    expect(text).toContain('"what":"failed"')
    expect(text).not.toContain(ticket)
  })
})

function nav(target: string): { method: string; target: string; headers: typeof NAVIGATION } {
  return { method: 'GET', target, headers: NAVIGATION }
}

describe('a page that cannot be opened because something failed', () => {
  it('is told as 503 with an id, and nothing of what failed (law 8)', async () => {
    const ticket = await browser.ticketFor('transfer.create')
    shop.backend.faults.store = true
    const opening = browser.open(ticket)
    await expect(opening).rejects.toMatchObject({ name: 'UnavailableError', status: 503 })
    const error = await opening.catch((thrown: Error) => thrown)
    expect(error).toBeInstanceOf(Error)
    const { message, stack } = error as Error
    expect(message).toMatch(/^this cannot be decided right now \([0-9a-f-]{36}\)$/)
    expect(stack).toBe(`UnavailableError: ${message}`)
  })
})
