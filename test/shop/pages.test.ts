import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  accountPage,
  apiKeyPage,
  devicesPage,
  homePage,
  loginPage,
  messagePage,
  PAGE_HEADERS,
  passkeyPage,
  stepUpPage,
  transferPage,
} from '../../examples/shop/src/index.ts'

const HOSTILE = `"'><script>alert(1)</script>\`&amp;`
const OWN_SCRIPT =
  /<script type="importmap">[^<]*<\/script>|<script type="module" src="\/assets\/shop\/[a-z-]+\.js"><\/script>/g
const decision = { id: HOSTILE, revision: HOSTILE, outcome: HOSTILE, optOuts: [HOSTILE] }
const optOut = { ...decision, outcome: 'opt-out' }
const at = Date.UTC(2026, 10, 24)

const hostilePages = {
  home: homePage({ user: HOSTILE, demo: true }),
  login: loginPage({ name: HOSTILE, problem: 'wrong_password', demo: true }),
  account: accountPage({ user: HOSTILE, decision, demo: true }),
  transfer: transferPage({
    user: HOSTILE,
    amount: HOSTILE,
    payee: HOSTILE,
    decision: optOut,
    demo: true,
  }),
  apiKey: apiKeyPage({ user: HOSTILE, name: HOSTILE, key: HOSTILE, decision, demo: true }),
  stepUpTransfer: stepUpPage({
    user: HOSTILE,
    ticket: HOSTILE,
    action: 'transfer.create',
    resource: { amount: HOSTILE, payee: HOSTILE },
    requirement: { acr: HOSTILE, maxAgeSeconds: 900 },
    problem: 'wrong_code',
    demoCode: HOSTILE,
    passkey: { challenge: HOSTILE },
  }),
  stepUpOther: stepUpPage({
    user: HOSTILE,
    ticket: HOSTILE,
    action: HOSTILE,
    resource: {},
    requirement: {},
  }),
  devices: devicesPage({
    user: HOSTILE,
    devices: [{ id: HOSTILE, trustedAt: at, usedAt: at, endsAt: at }],
    passkeys: [{ id: HOSTILE, addedAt: at }],
  }),
  passkey: passkeyPage({ user: HOSTILE, offer: { challenge: HOSTILE }, problem: 'not_added' }),
  message: messagePage({ status: 403, user: HOSTILE, decisionId: HOSTILE }),
}

describe('a page', () => {
  test.each(Object.entries(hostilePages))('%s reflects nothing unescaped', (_name, page) => {
    // those of the shop's own: what they load is fixed
    expect(page.replaceAll(OWN_SCRIPT, '')).not.toContain('<script')
    expect(page).not.toContain(HOSTILE.slice(0, 3))
    // shown, and as text: twice-escaped entities tell that even `&amp;` was taken literally
    expect(page).toContain('&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#96;&amp;amp;')
  })

  test.each(Object.entries(hostilePages))('%s is a whole document in English', (_name, page) => {
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/)
    expect(page.match(/<h1>/g)).toHaveLength(1)
    expect(page).toContain('name="viewport"')
    expect(page.trimEnd()).toMatch(/<\/html>$/)
  })

  test('has one style and one map, which the headers name by hash, and no inline script, handler or style attribute', () => {
    const page = accountPage({ user: 'alice', decision, demo: true })
    const [style, map] = [
      /<style>([^<]*)<\/style>/,
      /<script type="importmap">([^<]*)<\/script>/,
    ].map((inline) =>
      createHash('sha256')
        .update(inline.exec(page)?.[1] ?? '')
        .digest('base64'),
    )
    expect(PAGE_HEADERS['content-security-policy']).toBe(
      `default-src 'none'; style-src 'sha256-${style}'; script-src 'self' 'sha256-${map}'; connect-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
    )
    for (const each of Object.values(hostilePages)) expect(each).not.toMatch(/\s(on\w+|style)=/)
  })

  test('labels every field that is seen', () => {
    for (const page of Object.values(hostilePages)) {
      const ids = [...page.matchAll(/<input (?!type="(?:hidden|checkbox)")[^>]*\sid="(\w+)"/g)].map(
        ([, id]) => id,
      )
      for (const id of ids) expect(page).toContain(`<label for="${id}">`)
    }
  })
})

describe('the step-up page', () => {
  const data = {
    user: 'alice',
    ticket: 'the-ticket',
    action: 'transfer.create',
    resource: { amount: 200, payee: 'bob' },
    requirement: { acr: 'aal2', maxAgeSeconds: 900 },
  }

  test('says what is asked for and why', () => {
    expect(stepUpPage(data)).toContain(
      'You are about to send €200 to bob. This needs a code from your authenticator app, or a passkey, beside your password, no older than 15 minutes.',
    )
  })

  test.each([
    { seconds: 1, words: 'no older than 1 second.' },
    { seconds: 120, words: 'no older than 2 minutes.' },
    { seconds: 3600, words: 'no older than 1 hour.' },
    { seconds: 43_200, words: 'no older than 12 hours.' },
  ])('words $seconds seconds as "$words"', ({ seconds, words }) =>
    expect(stepUpPage({ ...data, requirement: { maxAgeSeconds: seconds } })).toContain(words),
  )

  test('has the form that the shop reads', () => {
    const page = stepUpPage(data)
    expect(page).toContain('<form class="card" method="post">')
    expect(page).toContain('<input type="hidden" name="ticket" value="the-ticket">')
    expect(page).toMatch(/name="code" inputmode="numeric" autocomplete="one-time-code"/)
    expect(page).toContain('<input type="checkbox" name="remember" value="yes">')
    expect(page).not.toContain('aria-invalid="true"')
    expect(page).not.toContain('/demo/authenticator')
  })

  test('ties a wrong code to its field', () => {
    const page = stepUpPage({ ...data, problem: 'wrong_code' })
    expect(page).toContain('role="alert" id="wrong"')
    expect(page).toContain('aria-invalid="true" aria-describedby="wrong code-hint"')
  })

  test('shows the demo code where it is given', () =>
    expect(stepUpPage({ ...data, demoCode: '493027' })).toContain('>493027<'))
})

describe('a decision', () => {
  const made = { id: 'the-id', revision: 'the-revision', outcome: 'opt-out' }
  const show = (optOuts: string[], demo = true) =>
    accountPage({ user: 'alice', decision: { ...made, optOuts }, demo })

  test('is told in words in the demo', () => {
    expect(show(['remembered-device'])).toContain(
      'You were not asked for a code, because this browser is remembered.',
    )
    expect(show(['small-payment', 'other'])).toContain(
      'because this is a small payment and the opt-out other holds.',
    )
    expect(show([])).toContain('the-id')
  })

  test('is not told elsewhere', () => {
    const page = show(['remembered-device'], false)
    expect(page).not.toContain('remembered.')
    expect(page).not.toContain('the-revision')
  })
})
