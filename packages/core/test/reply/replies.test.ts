// Decisions as HTTP, by the table of the design (T37, T38, RFC 9470): the same facts, asked by a person and by a program.
import { afterEach, describe, expect, it } from 'vitest'
import type { Reply } from '../../src/reply/reply.ts'
import { signal } from '../policy/trees.ts'
import { buildPolicy } from '../support/build-policy.ts'
import {
  type Asking,
  header,
  NAVIGATION,
  openBrowser,
  openShop,
  passwordLogin,
  type Shop,
  type ShopOptions,
} from '../support/shop.ts'

const PROBLEM = 'application/problem+json'
const HTML = 'text/html; charset=utf-8'

let shop: Shop
afterEach(() => shop.close())

const PAGE: Asking = { method: 'GET', headers: NAVIGATION }
const disabled = {
  source: '"account-disabled" in signals',
  tree: signal('account-disabled'),
  reads: { resource: [], claims: [], signals: ['account-disabled'], facts: [] },
}

async function replyTo(
  action: string,
  asking: Asking = {},
  options: ShopOptions = {},
  signedIn = true,
): Promise<Reply> {
  shop = openShop(options)
  const browser = openBrowser(shop, signedIn ? passwordLogin(shop) : undefined)
  const checked = await browser.ask(action, asking)
  if (checked.is !== 'refuse') throw new Error(`no refusal: ${checked.is}`)
  return checked.reply
}

const denying = {
  compiled: buildPolicy({
    rules: [{ id: 'closed', actions: ['*'], deny: true as const, optOuts: [] }],
  }),
}
const undetermined: ShopOptions = {
  compiled: buildPolicy({
    rules: [{ id: 'closed', actions: ['*'], when: disabled, deny: true, optOuts: [] }],
  }),
  detectors: [{ code: 'account-disabled', judge: () => ({ is: 'unjudged' }) }],
}

describe('the table', () => {
  it.each<{
    name: string
    action?: string
    asking?: Asking
    options?: ShopOptions
    nobody?: boolean
    status: number
    type: string | undefined
  }>([
    { name: 'step-up, a person', asking: PAGE, status: 303, type: undefined },
    { name: 'step-up, a form', asking: { headers: NAVIGATION }, status: 303, type: undefined },
    { name: 'step-up, a program', status: 401, type: PROBLEM },
    {
      name: 'step-up, an image of another page',
      asking: {
        method: 'GET',
        headers: { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
      },
      status: 401,
      type: PROBLEM,
    },
    {
      name: 'step-up, a frame',
      asking: { method: 'GET', headers: { ...NAVIGATION, 'sec-fetch-dest': 'iframe' } },
      status: 401,
      type: PROBLEM,
    },
    {
      name: 'step-up, a person, no page for it',
      asking: PAGE,
      options: { challengePath: undefined },
      status: 401,
      type: HTML,
    },
    { name: 'sign-in, a person', asking: PAGE, nobody: true, status: 303, type: undefined },
    { name: 'sign-in, a program', nobody: true, status: 401, type: PROBLEM },
    {
      name: 'sign-in, a person, no page for it',
      asking: PAGE,
      options: { loginPath: undefined },
      nobody: true,
      status: 401,
      type: HTML,
    },
    { name: 'deny, a person', asking: PAGE, options: denying, status: 403, type: HTML },
    { name: 'deny, a program', options: denying, status: 403, type: PROBLEM },
    {
      name: 'undetermined, a person',
      asking: PAGE,
      options: undetermined,
      status: 503,
      type: HTML,
    },
    { name: 'undetermined, a program', options: undetermined, status: 503, type: PROBLEM },
    { name: 'no such action', action: 'no.such', status: 503, type: PROBLEM },
  ])('$name: $status', async ({ action, asking, options, nobody, status, type }) => {
    const reply = await replyTo(action ?? 'transfer.create', asking, options, nobody !== true)
    expect(reply.status).toBe(status)
    expect(reply.body?.type).toBe(type)
    // T38
    expect(header(reply, 'cache-control')).toBe('private, no-store')
    expect(header(reply, 'vary')).toBe('Cookie')
  })

  it('lets the handler go on with the same words on caching', async () => {
    shop = openShop()
    const checked = await openBrowser(shop, passwordLogin(shop)).ask('account.view')
    expect(checked.is === 'proceed' && checked.edits.headers).toEqual([
      ['cache-control', 'private, no-store'],
      ['vary', 'Cookie'],
    ])
  })
})

describe('a challenge to a program', () => {
  it('says what is missing in the words of RFC 9470, to the letter', async () => {
    const reply = await replyTo('transfer.create')
    expect(header(reply, 'www-authenticate')).toBe(
      'Bearer error="insufficient_user_authentication", error_description="A different or more recent authentication is required", acr_values="aal2", max_age="900"',
    )
    expect(JSON.parse(reply.body?.text ?? '')).toEqual({
      type: 'urn:countersign:problem:step_up_required',
      title: 'Please confirm that it is you.',
      status: 401,
      code: 'step_up_required',
      decision: expect.stringMatching(/^[0-9a-f-]{36}$/),
      error: 'insufficient_user_authentication',
      acr_values: 'aal2',
      max_age: 900,
      challengeUrl: expect.stringMatching(/^\/step-up\?ticket=[\w.-]+$/),
    })
  })

  it('answers DPoP with DPoP, and leaves out what is not demanded', async () => {
    const reply = await replyTo(
      'account.view',
      { headers: { authorization: 'DPoP abc' } },
      {
        compiled: buildPolicy({
          rules: [{ id: 'hw', actions: ['*'], require: { amr: ['hwk'] }, optOuts: [] }],
        }),
      },
    )
    expect(header(reply, 'www-authenticate')).toBe(
      'DPoP error="insufficient_user_authentication", error_description="A different or more recent authentication is required"',
    )
    expect(reply.body?.text).toContain('"amr_values":["hwk"]')
    expect(reply.body?.text).not.toContain('max_age')
  })

  it('is told where to sign in', async () => {
    const reply = await replyTo('account.view', {}, {}, false)
    expect(header(reply, 'www-authenticate')).toBe('Bearer')
    expect(reply.body?.text).toContain('"loginUrl":"/login"')
  })
})

describe('a challenge to a person', () => {
  it('is a path of this app with a ticket, and never built from Host (T37)', async () => {
    const asking = { ...PAGE, headers: { ...NAVIGATION, host: 'evil.example' } }
    const reply = await replyTo('transfer.create', asking)
    expect(header(reply, 'location')).toMatch(/^\/step-up\?ticket=[\w.-]+$/)
    expect(JSON.stringify(reply)).not.toContain('evil.example')
    expect(reply.body).toBeUndefined()
  })
})

describe('bodies (T30)', () => {
  it.each([{ asking: PAGE }, { asking: {} }])(
    'tell neither rule nor fact nor subject, and nothing that a client sent: $asking.method',
    async ({ asking }) => {
      for (const options of [denying, undetermined]) {
        const target = '/<script>alert(1)</script>'
        const reply = await replyTo('transfer.create', { ...asking, target }, options)
        expect(reply.body?.text).not.toMatch(/closed|account-disabled|alice|script>alert|landlord/)
        expect(reply.body?.text).toMatch(/[0-9a-f]{8}-/)
        await shop.close()
      }
    },
  )

  it('of pages let nothing run', async () => {
    const reply = await replyTo('transfer.create', PAGE, denying)
    expect(header(reply, 'content-security-policy')).toContain("default-src 'none'")
    expect(header(reply, 'x-content-type-options')).toBe('nosniff')
  })
})
