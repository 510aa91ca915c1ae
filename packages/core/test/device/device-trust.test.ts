// A remembered device over logins, limits, copies and takings-back, on the real engine (T1, T3, T7 to T10, law 7).
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildPolicy, DAY, HOUR, MINUTE, trustedDevice } from '../support/build-policy.ts'
import {
  type Browser,
  describe as inWords,
  openBrowser,
  openShop,
  passwordLogin,
  type Shop,
  whyNot,
} from '../support/shop.ts'

const ann = { by: 'ann', why: 'test' }
let shop: Shop
let browser: Browser
let logins = 1
beforeEach(() => {
  shop = openShop()
  browser = openBrowser(shop, passwordLogin(shop))
})
afterEach(() => shop.close())

async function remembered(who = browser, ms = 20 * MINUTE): Promise<void> {
  await who.stepUp({ rememberDevice: true })
  await shop.pass(ms)
}

function login(who = browser, subject = 'alice'): void {
  logins += 1
  who.login = passwordLogin(shop, subject, `${subject}-${logins}`)
}

async function why(who = browser): Promise<string | undefined> {
  const checked = await who.ask('transfer.create')
  return checked.is === 'proceed' ? inWords(checked) : whyNot(checked, 'remembered')
}

describe('a remembered device', () => {
  it('is honoured in a new login, as opt-out and never as pass', async () => {
    await remembered()
    login()
    const checked = await browser.ask('transfer.create')
    expect(checked).toMatchObject({
      is: 'proceed',
      decision: { outcome: 'opt-out', optOuts: ['remembered'], withoutOptOuts: 'challenge' },
    })
  })

  it('still works after three logouts and logins, and ends at its limit however often it is used (T8)', async () => {
    await remembered(browser, 0)
    let kept = new Map<string, string>()
    for (let day = 5; day <= 30; day += 5) {
      await shop.pass(5 * DAY)
      kept = new Map(browser.cookies)
      browser.login = undefined
      expect(await browser.outcome('transfer.create')).toBe('challenge no_identity')
      login()
      expect(await why(), `day ${day}`).toBe('opt-out remembered')
    }
    await shop.pass(1)
    // a client that ignores Max-Age
    const keeping = openBrowser(shop, browser.login, kept)
    login(keeping)
    expect(await why(keeping)).toBe('device_expired')
  })

  it('is none after its server-side end, though the client kept the cookie (T3)', async () => {
    await remembered()
    await shop.pass(31 * DAY)
    login()
    expect(browser.deviceCookie()).toBeDefined()
    expect(await why()).toBe('device_expired')
  })

  it.each([
    { name: 'to the millisecond', ms: 7 * DAY, seen: 'opt-out remembered' },
    { name: 'and no longer', ms: 7 * DAY + 1, seen: 'device_idle' },
  ])('may be left unused for seven days, $name', async ({ ms, seen }) => {
    await remembered(browser, ms)
    login()
    expect(await why()).toBe(seen)
  })

  it('that was idle for too long does not come back by being tried again', async () => {
    await remembered(browser, 7 * DAY + HOUR)
    for (let i = 0; i < 3; i++) {
      login()
      expect(await why()).toBe('device_idle')
    }
  })

  it('counts in the session it was given in, and without a session cookie not at all (T6)', async () => {
    await remembered()
    expect(await browser.outcome('transfer.create')).toBe('opt-out remembered')
    browser.login = undefined
    expect(await browser.outcome('transfer.create')).toBe('challenge no_identity')
  })

  it('is bound to a login without a session id by a secret of its own', async () => {
    browser.login = { ...passwordLogin(shop), session: undefined }
    await remembered()
    browser.login = { ...passwordLogin(shop), session: undefined }
    expect(await why()).toBe('opt-out remembered')
    const before = browser.cookies.get(browser.deviceCookie() ?? '')
    expect(await why()).toBe('opt-out remembered')
    expect(browser.cookies.get(browser.deviceCookie() ?? '')).toBe(before)
  })

  it('is honoured for an unsafe method only where the request is proved to be the own page', async () => {
    await remembered()
    login()
    const elsewhere = { headers: { 'sec-fetch-site': 'cross-site' } }
    expect(await browser.outcome('transfer.create', elsewhere)).toMatch(/not_same_origin$/)
    expect(await browser.outcome('transfer.create')).toBe('opt-out remembered')
  })
})

describe('a cookie', () => {
  it('of alice is no trust for bob, whatever its name, and recorded as a mismatch (T1)', async () => {
    await remembered()
    const cookie = browser.cookies.get(browser.deviceCookie() ?? '') ?? ''
    const bob = openBrowser(shop, passwordLogin(shop, 'bob'), browser.cookies)
    expect(await why(bob)).toBe('device_other_subject')
    await bob.stepUp({ rememberDevice: true })
    await shop.pass(20 * MINUTE)
    const [bobs] = [...bob.cookies.keys()].filter(
      (name) => name.startsWith('__Host-device-') && name !== browser.deviceCookie(),
    )
    bob.cookies.set(bobs ?? '', cookie)
    expect(await why(bob)).toBe('device_other_subject')
    await shop.close()
    expect(JSON.stringify(shop.backend.records())).toContain('device_other_subject')
  })

  it('of two people on one browser stands beside the other (T7)', async () => {
    await remembered()
    login(browser, 'bob')
    await remembered()
    for (const subject of ['alice', 'bob', 'alice', 'bob']) {
      login(browser, subject)
      expect(await why()).toBe('opt-out remembered')
    }
  })

  it('is one of at most five in a browser; the one that was used longest ago goes', async () => {
    const people = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank']
    for (const subject of people) {
      login(browser, subject)
      await browser.stepUp({ rememberDevice: true })
      await shop.pass(1_000)
    }
    const names = [...browser.cookies.keys()].filter((name) => name.startsWith('__Host-device-'))
    expect(names).toHaveLength(5)
    await shop.pass(20 * MINUTE)
    login(browser, 'alice')
    expect(await why()).toBe('device_other_subject')
    login(browser, 'bob')
    expect(await why()).toBe('opt-out remembered')
  })

  it.each(['', 'x', 'a.b.c.d.e', 'x'.repeat(9_000)])(
    'that is malformed counts as none (T13): %j',
    async (value) => {
      await remembered()
      browser.cookies.set(browser.deviceCookie() ?? '', value)
      login()
      expect(await why()).toBe('device_malformed')
    },
  )

  it('keeps neither name nor content that tells who it is', async () => {
    await remembered()
    for (const [name, value] of browser.cookies) {
      expect(name).not.toContain('alice')
      expect(atob((value.split('.')[0] ?? '').replace(/[-_]/g, 'A'))).not.toContain('alice')
    }
  })

  it('cannot be made from what the store holds', async () => {
    await remembered()
    for await (const { value } of shop.backend.store().list('device', 'alice')) {
      const text = JSON.stringify(value)
      expect(text).not.toContain('alice-1')
      for (const cookie of browser.cookies.values()) expect(text).not.toContain(cookie)
    }
  })
})

describe('rotation (T9)', () => {
  it('by eight parallel requests is no theft', async () => {
    await remembered()
    login()
    const all = Array.from({ length: 8 }, () => browser.copy())
    const outcomes = await Promise.all(all.map((one) => one.outcome('transfer.create')))
    expect(new Set(outcomes)).toEqual(new Set(['opt-out remembered']))
    // whichever reply came last
    for (const one of all) {
      login(one)
      expect(await why(one)).toMatch(/opt-out remembered|device_unchecked/)
    }
    expect(await shop.guard.devices.list('alice')).toHaveLength(1)
  })

  it('whose reply is lost is answered again for a minute, in the same session', async () => {
    await remembered()
    login()
    const lost = browser.copy()
    expect(await why(lost)).toBe('opt-out remembered')
    await shop.pass(MINUTE)
    expect(await why(browser)).toBe('opt-out remembered')
    await shop.pass(20 * MINUTE)
    login()
    expect(await why(browser)).toBe('opt-out remembered')
  })

  it('shown by another session within the minute is no trust, and no theft', async () => {
    await remembered()
    const copy = browser.copy()
    login()
    expect(await why()).toBe('opt-out remembered')
    login(copy)
    expect(await why(copy)).toBe('device_unchecked')
    login()
    expect(await why()).toBe('opt-out remembered')
  })

  it('shown after the minute ends that device everywhere, that device only, and sends the signal', async () => {
    const other = openBrowser(shop, passwordLogin(shop, 'alice', 'alice-other'))
    await remembered(other, 0)
    await remembered()
    const thief = browser.copy()
    login()
    expect(await why()).toBe('opt-out remembered')
    await shop.pass(MINUTE + 1)
    login(thief)
    expect(await why(thief)).toBe('device_reused')
    expect(await why()).toBe('device_revoked')
    login(other)
    expect(await why(other)).toBe('opt-out remembered')
    await shop.pass(1)
    const reuse = await heard('device-reuse')
    expect(reuse).toMatchObject([{ about: { subject: 'alice' }, share: 1 }])
  })

  it('by the thief first ends the device at the owner’s next login', async () => {
    await remembered()
    const thief = browser.copy()
    login(thief)
    expect(await why(thief)).toBe('opt-out remembered')
    await shop.pass(MINUTE + 1)
    login()
    expect(await why()).toBe('device_reused')
    expect(await why(thief)).toBe('device_revoked')
  })
})

describe('what is taken back (T10, law 7)', () => {
  it('by the subject is refused at once, in the login that used it, and is gone from the list', async () => {
    await remembered()
    login()
    expect(await why()).toBe('opt-out remembered')
    const [device] = await shop.guard.devices.list('alice')
    await shop.guard.devices.revoke('alice', device?.id ?? '')
    expect(await why()).toBe('device_revoked')
    expect(await shop.guard.devices.list('alice')).toEqual([])
  })

  it('by somebody who does not say who, or why, is not taken back (T50)', async () => {
    await remembered()
    const [device] = await shop.guard.devices.list('alice')
    for (const signed of [{ by: ' ', why: 'x' }, { by: 'ann', why: '\n' }, {} as never])
      await expect(
        shop.guard.devices.revoke('alice', device?.id ?? '', signed),
      ).rejects.toMatchObject({ code: 'not_signed' })
    expect(await shop.guard.devices.list('alice')).toEqual([device])
  })

  it('is nobody else’s, and no event where there is no such device', async () => {
    await remembered()
    const [device] = await shop.guard.devices.list('alice')
    const id = device?.id ?? ''
    for (const [subject, given] of [
      ['bob', id],
      ['alice', id.slice(1)],
      ['alice', 'x'.repeat(1_000_000)],
      ['alice', ''],
    ] as const)
      await shop.guard.devices.revoke(subject, given)
    login()
    expect(await why()).toBe('opt-out remembered')
    expect(await revocations()).toEqual([])
  })

  it('a browser that is trusted anew is one device, and copies of its former cookie are worth nothing', async () => {
    await remembered()
    const [before] = await shop.guard.devices.list('alice')
    await browser.stepUp({ rememberDevice: true }, 'key.create')
    const devices = await shop.guard.devices.list('alice')
    expect(devices).toHaveLength(1)
    expect(devices[0]?.id).not.toBe(before?.id)
    expect(await revocations()).toHaveLength(1)
  })

  it('by recalling the activation ends its grants, through every rotation', async () => {
    await remembered()
    login()
    expect(await why()).toBe('opt-out remembered')
    const { activations } = await shop.guard.operator.history()
    await shop.guard.operator.recall(activations[0]?.activation ?? '0:0', ann)
    expect(await why()).toBe('device_recalled')
    login()
    expect(await why()).toBe('device_recalled')
  })

  it('by a credential event while it is being bound is not honoured', async () => {
    await remembered()
    login()
    shop.backend.faults.beforeWrite = async (kind) => {
      if (kind !== 'device') return
      shop.backend.faults.beforeWrite = undefined
      await shop.guard.credentialChanged('alice', 'admin-reset')
    }
    expect(await why()).toBe('device_revoked')
  })
})

describe('limits (law 7)', () => {
  it.each([
    { name: 'shorter now', now: trustedDevice(10 * DAY, 7 * DAY), seen: 'device_expired' },
    { name: 'longer now', now: trustedDevice(90 * DAY, 90 * DAY), seen: 'opt-out remembered' },
    { name: 'less idle now', now: trustedDevice(30 * DAY, 2 * DAY), seen: 'device_idle' },
  ])('are the stricter of then and now: $name, after 11 days', async ({ now, seen }) => {
    await remembered(browser, 6 * DAY)
    login()
    expect(await why()).toBe('opt-out remembered')
    await shop.guard.operator.activate(buildPolicy({ optOuts: { remembered: now } }), ann)
    await shop.pass(5 * DAY)
    login()
    expect(await why()).toBe(seen)
  })

  it('that were longer for a while never lengthen what was given before', async () => {
    await remembered(browser, 0)
    const optOuts = { remembered: trustedDevice(90 * DAY, 90 * DAY) }
    await shop.guard.operator.activate(buildPolicy({ optOuts }), ann)
    await shop.pass(6 * DAY)
    login()
    expect(await why()).toBe('opt-out remembered')
    await shop.pass(7 * DAY + 1)
    login()
    expect(await why()).toBe('device_idle')
  })
})

async function heard(code: string): Promise<unknown[]> {
  return (await events()).flatMap(({ event }) =>
    event.topic === 'signal' && event.data.code === code ? [event.data] : [],
  )
}

async function revocations(): Promise<unknown[]> {
  return (await events()).filter(({ event }) => event.topic === 'revocation')
}

async function events() {
  const stop = new AbortController()
  for await (const batch of shop.backend.feed().follow(undefined, 10, stop.signal))
    return batch.events
  return []
}
