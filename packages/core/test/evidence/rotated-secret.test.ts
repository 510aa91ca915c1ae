// What was proved under an old secret counts until its own end while the secret is on the list, not longer, and ends
// with the secret. Three instances share one memory, as one app that is started again with other secrets.
import { afterEach, describe, expect, it } from 'vitest'
import { fakeClock } from '../../../testing/src/fake-clock.ts'
import { LONGEST_EVIDENCE_MS } from '../../src/evidence/evidence.ts'
import { memoryAuditLog } from '../../src/memory/memory-audit-log.ts'
import { memoryFeed } from '../../src/memory/memory-feed.ts'
import { memoryStore } from '../../src/memory/memory-store.ts'
import type { BackendSource } from '../../src/ports/backend.ts'
import { buildPolicy, MINUTE } from '../support/build-policy.ts'
import {
  type Browser,
  OLDER_SECRET,
  openBrowser,
  openShop,
  passwordLogin,
  SECRET,
  type Shop,
} from '../support/shop.ts'

const open: Shop[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((shop) => shop.close()))
})

/** Both the rule's age and the evidence's own end lie within the login's. */
const compiled = buildPolicy({
  rules: ['account.view', 'transfer.create', 'key.create'].map((action) => ({
    id: action,
    actions: [action],
    require: {
      acr: action === 'account.view' ? 'aal1' : 'aal2',
      maxAgeSeconds: action === 'key.create' ? 300 : 365 * 86_400,
    },
    optOuts: [],
  })),
  optOuts: {},
})

function startedApp() {
  const clock = fakeClock()
  const [feed, store, audit] = [memoryFeed({ clock }), memoryStore({ clock }), memoryAuditLog()]
  const startWith = async (...secret: readonly string[]): Promise<Shop> => {
    const backend: BackendSource = {
      key: `rotated:${crypto.randomUUID()}`,
      open: async ({ secrets }) => ({
        feed: { ...feed, close: async () => {} },
        store: { ...store, close: async () => {} },
        audit: { ...audit, close: async () => {} },
        authority: 'machine',
        clock,
        secrets,
        close: async () => {},
      }),
    }
    const shop = openShop({ compiled, clock, backend, secret })
    open.push(shop)
    await shop.guard.ready()
    return shop
  }
  return { clock, startWith }
}

function backIn(shop: Shop, browser: Browser): Browser {
  return openBrowser(shop, browser.login, browser.cookies)
}

async function provedUnderTheOldSecret() {
  const app = startedApp()
  const before = await app.startWith(OLDER_SECRET)
  const alice = openBrowser(before, passwordLogin(before, 'alice'))
  expect((await alice.stepUp()).status).toBe(303)
  return { ...app, alice }
}

describe('evidence of before the secret was rotated', () => {
  it('counts to the end of its age under the rule, through the rotation, and not a moment longer', async () => {
    const { alice, startWith } = await provedUnderTheOldSecret()
    const during = await startWith(SECRET, OLDER_SECRET)
    const back = backIn(during, alice)
    await during.pass(5 * MINUTE)
    expect(await back.outcome('key.create')).toBe('pass')
    await during.pass(1)
    expect(await back.outcome('key.create')).toBe('challenge auth_too_old')
    expect(await back.outcome('transfer.create')).toBe('pass')
  })

  it('counts to its own end where no rule asks for less, and not a moment longer', async () => {
    const { alice, startWith } = await provedUnderTheOldSecret()
    const during = await startWith(SECRET, OLDER_SECRET)
    await during.pass(LONGEST_EVIDENCE_MS)
    const back = backIn(during, alice)
    expect(await back.outcome('transfer.create')).toBe('pass')
    await during.pass(1)
    expect(await back.outcome('transfer.create')).toBe('challenge acr_too_low')
    expect(await back.outcome('account.view')).toBe('pass')
  })

  it('is nothing once the old secret is dropped, and nothing again where it comes back too late', async () => {
    const { alice, startWith } = await provedUnderTheOldSecret()
    const after = await startWith(SECRET)
    const back = backIn(after, alice)
    expect(await back.outcome('transfer.create')).toBe('challenge acr_too_low')
    expect(await back.outcome('account.view')).toBe('pass')
    // the secret itself has no memory: what ends evidence for good is its own age
    const again = await startWith(SECRET, OLDER_SECRET)
    expect(await backIn(again, alice).outcome('transfer.create')).toBe('pass')
    await again.pass(LONGEST_EVIDENCE_MS + 1)
    expect(await backIn(again, alice).outcome('transfer.create')).toBe('challenge acr_too_low')
  })

  it('is sealed anew by the next step-up, each factor with the age that it had', async () => {
    const { alice, startWith } = await provedUnderTheOldSecret()
    const during = await startWith(SECRET, OLDER_SECRET)
    const back = backIn(during, alice)
    await during.pass(6 * MINUTE)
    const old = back.evidenceCookie()
    expect(
      (await back.stepUp({ factors: [{ method: 'otp' }, { method: 'sms' }] }, 'key.create')).status,
    ).toBe(303)
    expect(back.evidenceCookie()).not.toBe(old)
    const after = await startWith(SECRET)
    expect(await backIn(after, back).outcome('key.create')).toBe('pass')
    await after.pass(5 * MINUTE + 1)
    expect(await backIn(after, back).outcome('key.create')).toBe('challenge auth_too_old')
  })
})
