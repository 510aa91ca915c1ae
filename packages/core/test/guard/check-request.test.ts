// One decision per request, action and resource; failures anywhere are a 503 that tells nothing (laws 8 and 13).
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fakeClock } from '../../../testing/src/fake-clock.ts'
import type { Checked } from '../../src/guard/checked.ts'
import { faultyBackend } from '../support/faulty-backend.ts'
import {
  header,
  describe as inWords,
  NAVIGATION,
  openBrowser,
  openShop,
  passwordLogin,
  type Shop,
} from '../support/shop.ts'

let shop: Shop
beforeEach(() => {
  shop = openShop()
})
afterEach(() => shop.close())

const SMALL = { amount: 30, payee: 'baker' }

function idOf(checked: Checked): string {
  if (checked.is !== 'proceed' && checked.is !== 'refuse') throw new Error(checked.is)
  return checked.decision.id
}

function bodyOf(checked: Checked): string {
  return checked.is === 'refuse' ? (checked.reply.body?.text ?? '') : ''
}

describe('guards inside guards', () => {
  it('share one decision, and spend once', async () => {
    const browser = openBrowser(shop, passwordLogin(shop))
    const slot = {}
    const first = await browser.ask('transfer.create', { slot, resource: SMALL })
    expect(inWords(first)).toBe('opt-out small')
    for (let i = 0; i < 10; i++) {
      const again = await browser.ask('transfer.create', { slot, resource: { ...SMALL } })
      expect(idOf(again)).toBe(idOf(first))
    }
    // 30 of 100 are spent: two more of 30 fit
    expect(await browser.outcome('transfer.create', { resource: SMALL })).toBe('opt-out small')
    expect(await browser.outcome('transfer.create', { resource: SMALL })).toBe('opt-out small')
    expect(await browser.outcome('transfer.create', { resource: SMALL })).toMatch(/^challenge/)
  })

  it('that run in parallel share one decision too', async () => {
    const browser = openBrowser(shop, passwordLogin(shop))
    const slot = {}
    await browser.ask('transfer.create', { slot, resource: { amount: 1, payee: 'x' } })
    const all = await Promise.all(
      Array.from({ length: 8 }, () => browser.ask('transfer.create', { slot, resource: SMALL })),
    )
    expect(new Set(all.map(idOf)).size).toBe(1)
  })

  it('share none for another resource, another action or another request', async () => {
    const browser = openBrowser(shop, passwordLogin(shop))
    const slot = {}
    const small = await browser.ask('transfer.create', { slot, resource: SMALL })
    const large = await browser.ask('transfer.create', { slot, resource: { amount: 31 } })
    const view = await browser.ask('account.view', { slot, resource: SMALL })
    const elsewhere = await browser.ask('transfer.create', { resource: SMALL })
    expect(new Set([small, large, view, elsewhere].map(idOf)).size).toBe(4)
    expect(inWords(large)).toMatch(/^challenge/)
  })

  it('compare resources as the policy sees them', async () => {
    const browser = openBrowser(shop, passwordLogin(shop))
    const slot = {}
    const typed = await browser.ask('transfer.create', { slot, resource: SMALL })
    const sent = await browser.ask('transfer.create', {
      slot,
      resource: { amount: '30', payee: 'baker', note: 'not declared' },
    })
    expect(idOf(sent)).toBe(idOf(typed))
  })

  it('wait for a resource that has to be read first', async () => {
    const browser = openBrowser(shop, passwordLogin(shop))
    const slot = {}
    const late = Promise.resolve(SMALL)
    const first = await browser.ask('transfer.create', { slot, resource: late as never })
    expect(inWords(first)).toBe('opt-out small')
    const again = await browser.ask('transfer.create', { slot, resource: SMALL })
    expect(idOf(again)).toBe(idOf(first))
    const failing = Promise.reject(new Error('secret detail of the body'))
    const refused = await browser.ask('transfer.create', { resource: failing as never })
    expect(inWords(refused)).toBe('deny failure failure')
  })

  it('are answered by guard.decision with what was decided last, of this request only', async () => {
    const browser = openBrowser(shop, passwordLogin(shop))
    const slot = {}
    const checked = await browser.ask('account.view', { slot })
    expect(shop.guard.decision(slot)?.id).toBe(idOf(checked))
    expect(shop.guard.decision({})).toBeUndefined()
    const copied = { ...slot }
    expect(shop.guard.decision(copied)).toBeUndefined()
  })

  it('of two people in one process never share a decision (T23)', async () => {
    const people = ['alice', 'bob', 'carol', 'dave'].map((subject) =>
      openBrowser(shop, passwordLogin(shop, subject)),
    )
    const all = await Promise.all(
      Array.from({ length: 40 }, (_, i) => {
        const browser = people[i % 4]
        if (browser === undefined) throw new Error('no browser')
        return browser.ask('account.view').then((checked) => ({ checked, i }))
      }),
    )
    for (const { checked, i } of all)
      expect(checked.is === 'proceed' && checked.decision.subject).toBe(
        ['alice', 'bob', 'carol', 'dave'][i % 4],
      )
    expect(new Set(all.map(({ checked }) => idOf(checked))).size).toBe(40)
  })
})

// a place in a stack, not three letters that a sealed ticket may happen to have
const SECRETS = /secret detail|\bError\b|\bstack\b|node_modules|\.ts:\d/

describe('failures', () => {
  it.each([
    {
      name: 'the identity throws',
      login: () => {
        throw new Error('secret detail of the identity')
      },
      asking: {},
    },
    {
      name: 'the identity answers what is none',
      login: 'alice' as never,
      asking: {},
    },
    {
      name: 'the resource cannot be read',
      login: undefined,
      asking: {
        resource: Object.defineProperty({}, 'amount', {
          enumerable: true,
          get: () => {
            throw new Error('secret detail of the resource')
          },
        }),
      },
    },
  ])('where $name nothing passes', async ({ login, asking }) => {
    const browser = openBrowser(shop, login ?? passwordLogin(shop))
    const checked = await browser.ask('transfer.create', asking)
    expect(checked.is).toBe('refuse')
    expect(JSON.stringify(checked)).not.toMatch(SECRETS)
  })

  it('answer 503 with the id of the decision and nothing else', async () => {
    const browser = openBrowser(shop, () => {
      throw new Error('secret detail of the identity')
    })
    const checked = await browser.ask('account.view')
    expect(inWords(checked)).toBe('deny failure identity_failed')
    expect(checked.is === 'refuse' && checked.reply.status).toBe(503)
    expect(JSON.parse(bodyOf(checked))).toEqual({
      type: 'urn:countersign:problem:unavailable',
      title: 'This cannot be decided right now. Please try again.',
      status: 503,
      code: 'unavailable',
      decision: idOf(checked),
    })
  })

  it('are a page to a person, as opaque', async () => {
    const browser = openBrowser(shop, () => {
      throw new Error('secret detail of the identity')
    })
    const checked = await browser.ask('account.view', { headers: NAVIGATION })
    expect(checked.is === 'refuse' && checked.reply.body?.type).toBe('text/html; charset=utf-8')
    expect(bodyOf(checked)).toContain(idOf(checked))
    expect(bodyOf(checked)).not.toMatch(SECRETS)
  })

  it('of the opening are 503, for guards inside guards as well, and are tried again', async () => {
    const clock = fakeClock()
    const backendOf = faultyBackend(clock)
    backendOf.faults.opening = true
    const failing = openShop({ clock, backendOf })
    const browser = openBrowser(failing, passwordLogin(failing))
    const slot = {}
    expect(await browser.outcome('account.view', { slot })).toBe('deny failure failure')
    expect(await browser.outcome('account.view', { slot })).toBe('deny failure failure')
    expect(failing.decisions).toHaveLength(2)
    // at most once a second
    expect(backendOf.opened()).toBe(1)
    backendOf.faults.opening = false
    await new Promise((resolve) => setTimeout(resolve, 1_050))
    expect(await browser.outcome('account.view')).toBe('pass')
    await failing.close()
  })

  it('of a function that reads the resource are 503, for guards inside guards as well', async () => {
    const browser = openBrowser(shop, passwordLogin(shop))
    const slot = {}
    const throwing = () => {
      throw new Error('secret detail of the resource')
    }
    const incoming = () => browser.incoming({ slot })
    await browser.ask('transfer.create', { slot })
    for (let i = 0; i < 2; i++) {
      const checked = await shop.guard.check(incoming(), 'transfer.create', throwing)
      expect(inWords(checked)).toBe('deny failure failure')
      expect(JSON.stringify(checked)).not.toMatch(SECRETS)
    }
  })

  it('of the reader itself are 503', async () => {
    const browser = openBrowser(shop, passwordLogin(shop))
    const broken = browser.incoming()
    const throwing = () => {
      throw new Error('secret detail of the header')
    }
    const reader = { ...broken.reader, header: throwing, peerAddress: throwing }
    const checked = await shop.guard.check({ ...broken, reader }, 'account.view')
    expect(inWords(checked)).toBe('deny failure failure')
    expect(JSON.stringify(checked)).not.toMatch(SECRETS)
  })

  it('are told to onDecision and counted in the log', async () => {
    const browser = openBrowser(shop, passwordLogin(shop))
    await shop.guard.ready()
    await shop.guard.check(browser.incoming(), 'transfer.create', () => {
      throw new Error('no resource')
    })
    expect(shop.decisions.map(({ outcome }) => outcome)).toEqual(['deny'])
    await shop.close()
    const records = shop.backend.records()
    const counts = records.find(({ entry }) => entry.type === 'counts')
    expect(JSON.stringify(counts?.entry)).toContain('failure')
  })

  it('of the store make a remembered device none, and an allowance none', async () => {
    const browser = openBrowser(shop, passwordLogin(shop))
    await browser.stepUp({ rememberDevice: true })
    await shop.pass(20 * 60_000)
    browser.login = passwordLogin(shop, 'alice', 'alice-2')
    shop.backend.faults.store = true
    expect(await browser.outcome('transfer.create')).toMatch(/^challenge/)
    expect(await browser.outcome('transfer.create', { resource: SMALL })).toMatch(/^challenge/)
    shop.backend.faults.store = false
    expect(await browser.outcome('transfer.create')).toBe('opt-out remembered')
  })

  it('of the audit log honour no opt-out, and hinder no pass', async () => {
    const browser = openBrowser(shop, passwordLogin(shop))
    await shop.guard.ready()
    shop.backend.faults.audit = true
    expect(await browser.outcome('transfer.create', { resource: SMALL })).toBe(
      'challenge acr_too_low audit_unavailable',
    )
    expect(await browser.outcome('account.view')).toBe('pass')
  })
})

describe('onDecision', () => {
  it.each([
    {
      name: 'throws',
      onDecision: () => {
        throw new Error('of the app')
      },
    },
    {
      name: 'rejects later',
      onDecision: async () => {
        throw new Error('of the app')
      },
    },
  ])('that $name changes nothing and is logged', async ({ onDecision }) => {
    const own = openShop({ onDecision })
    const browser = openBrowser(own, passwordLogin(own))
    expect(await browser.outcome('account.view')).toBe('pass')
    await Promise.resolve()
    expect(own.logged).toContainEqual({ level: 'error', message: 'onDecision failed' })
    await own.close()
  })

  it('is told what the app sees, with the address of the challenge', async () => {
    const browser = openBrowser(shop, passwordLogin(shop))
    await browser.ask('transfer.create')
    const [decision] = shop.decisions
    expect(decision).toMatchObject({ outcome: 'challenge', need: 'step-up' })
    expect(decision?.outcome === 'challenge' && JSON.stringify(decision)).toContain('/step-up?')
  })
})

describe('a prefetch (T39)', () => {
  const PREFETCH = { ...NAVIGATION, 'sec-purpose': 'prefetch' }

  it('leaves no ticket and no cookie, and spends nothing', async () => {
    const browser = openBrowser(shop, passwordLogin(shop))
    for (let i = 0; i < 10; i++) {
      const checked = await browser.ask('transfer.create', {
        method: 'GET',
        resource: SMALL,
        headers: PREFETCH,
      })
      expect(checked.is === 'refuse' && checked.reply.status).toBe(401)
      expect(checked.is === 'refuse' && checked.reply.cookies).toEqual([])
      expect(JSON.stringify(checked)).not.toContain('ticket')
    }
    expect(await browser.outcome('transfer.create', { resource: SMALL })).toBe('opt-out small')
  })

  it('does not bind a remembered device', async () => {
    const browser = openBrowser(shop, passwordLogin(shop))
    await browser.stepUp({ rememberDevice: true })
    await shop.pass(20 * 60_000)
    browser.login = passwordLogin(shop, 'alice', 'alice-2')
    const before = browser.cookies.get(browser.deviceCookie() ?? '')
    await browser.ask('transfer.create', { method: 'GET', headers: PREFETCH })
    expect(browser.cookies.get(browser.deviceCookie() ?? '')).toBe(before)
  })

  it('passes where nothing is missing', async () => {
    const browser = openBrowser(shop, passwordLogin(shop))
    expect(await browser.outcome('account.view', { method: 'GET', headers: PREFETCH })).toBe('pass')
  })

  it('is sent to no login page', async () => {
    const browser = openBrowser(shop)
    const checked = await browser.ask('account.view', { method: 'GET', headers: PREFETCH })
    expect(checked.is === 'refuse' && header(checked.reply, 'location')).toBeUndefined()
  })

  it('is nothing that a person did: no detector observes it', async () => {
    const seen: string[] = []
    const own = openShop({
      detectors: [
        {
          code: 'watcher',
          judge: () => ({ is: 'absent' }),
          observe: ({ action }) => void seen.push(action),
        },
      ],
    })
    const browser = openBrowser(own, passwordLogin(own))
    await browser.ask('account.view', { method: 'GET', headers: PREFETCH })
    expect(seen).toEqual([])
    await browser.ask('account.view', { mode: 'proxy' })
    expect(seen).toEqual([])
    await browser.ask('account.view')
    expect(seen).toEqual(['account.view'])
    await own.close()
  })
})
