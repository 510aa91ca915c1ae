// Detectors on the real engine: deadlines, failures, what is kept for a login, velocity and the device (laws 1 and 13).
import { afterEach, describe, expect, it } from 'vitest'
import type { GuardStatus, Telemetry } from '../../src/ports/telemetry.ts'
import { velocity } from '../../src/risk/detect-velocity.ts'
import type { Detector, DetectorScene, Observation } from '../../src/risk/detector.ts'
import { buildPolicy, DAY, HOUR, MINUTE, moneyRule } from '../support/build-policy.ts'
import {
  type Browser,
  openBrowser,
  openShop,
  passwordLogin,
  type Shop,
  type ShopOptions,
} from '../support/shop.ts'

const UNKNOWN = 'unknown challenge'

let shop: Shop
afterEach(() => shop.close())

/** One signal that weighs enough for HIGH. */
function risky(code: string, coldStart = 0): ShopOptions {
  const signals = { [code]: 5, 'cold-start': coldStart }
  return {
    compiled: buildPolicy({
      rules: [moneyRule(['calm'])],
      optOuts: { calm: { kind: 'low-risk', until: Number.MAX_SAFE_INTEGER, riskBelow: 'MEDIUM' } },
      threatModels: { calm: { bias: -2, signals, levels: { MEDIUM: 0.35, HIGH: 0.7 } } },
    }),
  }
}

function shopWith(judge: Detector['judge'], more: Partial<Detector> = {}, cold = 0): Browser {
  shop = openShop({ ...risky('probe', cold), detectors: [{ code: 'probe', judge, ...more }] })
  return openBrowser(shop, passwordLogin(shop))
}

async function signalOf(browser: Browser): Promise<string> {
  const checked = await browser.ask('transfer.create')
  if (checked.is !== 'proceed' && checked.is !== 'refuse') throw new Error(checked.is)
  const { risk } = checked.decision
  return `${risk?.level.is === 'known' ? risk.level.value : 'unknown'} ${checked.decision.outcome}`
}

describe('an answer', () => {
  it.each<{ name: string; judge: Detector['judge']; answer: string }>([
    { name: 'absent', judge: () => ({ is: 'absent' }), answer: 'LOW opt-out' },
    { name: 'present', judge: () => ({ is: 'present' }), answer: 'HIGH challenge' },
    { name: 'a small share', judge: () => ({ is: 'present', share: 0.1 }), answer: 'LOW opt-out' },
    { name: 'no share', judge: () => ({ is: 'present', share: Number.NaN }), answer: UNKNOWN },
    { name: 'a share of two', judge: () => ({ is: 'present', share: 2 }), answer: UNKNOWN },
    { name: 'a share below nothing', judge: () => ({ is: 'present', share: -1 }), answer: UNKNOWN },
    { name: 'nothing', judge: () => undefined as never, answer: UNKNOWN },
    { name: 'null', judge: () => null as never, answer: UNKNOWN },
    { name: 'a promise of nothing', judge: async () => undefined as never, answer: UNKNOWN },
    { name: 'a word', judge: () => ({ is: 'fine' }) as never, answer: UNKNOWN },
    { name: 'a promise of absent', judge: async () => ({ is: 'absent' }), answer: 'LOW opt-out' },
    { name: 'unknown', judge: () => ({ is: 'unknown' }), answer: UNKNOWN },
    { name: 'a promise of unknown', judge: async () => ({ is: 'unknown' }), answer: UNKNOWN },
    { name: 'a throw', judge: throwing, answer: UNKNOWN },
    { name: 'a rejection', judge: async () => throwing(), answer: UNKNOWN },
  ])('of $name', async ({ judge, answer }) => {
    const browser = shopWith(judge)
    expect(await signalOf(browser)).toBe(answer)
  })

  it('that was waited for is kept for the login, and how often is told to those who measure', async () => {
    let read: (() => GuardStatus) | undefined
    const telemetry: Telemetry = {
      decisionBegins: () => () => {},
      watch(how) {
        read = how
        return () => {}
      },
    }
    const judge = async () => ({ is: 'absent' }) as const
    shop = openShop({ ...risky('probe'), detectors: [{ code: 'probe', judge }], telemetry })
    const browser = openBrowser(shop, passwordLogin(shop))
    for (let n = 0; n < 3; n++) await signalOf(browser)
    expect(read?.().caches).toEqual({ answers: { hits: 2, misses: 1 } })
  })

  it.each([
    { name: 'a throw', judge: throwing, logged: 1 },
    { name: 'a rejection', judge: async () => throwing(), logged: 1 },
    { name: 'unknown, which is no mistake', judge: () => ({ is: 'unknown' }) as const, logged: 0 },
  ])('is logged where it is $name', async ({ judge, logged }) => {
    await signalOf(shopWith(judge))
    const warnings = shop.logged.filter(({ message }) => message.includes('a detector failed'))
    expect(warnings).toHaveLength(logged)
  })

  it('may be given by what was proved in the login, challenges too', async () => {
    const seen: string[] = []
    const browser = shopWith(({ factors }) => {
      seen.push(factors.map(({ from, amr }) => `${from} ${amr.join('+')}`).join(', '))
      return { is: 'present' }
    })
    await browser.ask('transfer.create')
    await browser.stepUp()
    await browser.ask('transfer.create')
    expect([...new Set(seen)]).toEqual(['identity pwd', 'identity pwd, evidence otp'])
  })

  it('that is late is unknown', async () => {
    const browser = shopWith(() => new Promise(() => {}), { deadlineMs: 10 })
    expect(await signalOf(browser)).toBe('unknown challenge')
  })

  it('of no history adds the cold start once', async () => {
    const browser = shopWith(() => ({ is: 'unjudged' }), {}, 2)
    expect(await signalOf(browser)).toBe('MEDIUM challenge')
  })

  it.each<{ name: string; observed: Observation; share: number; answer: string }>([
    {
      name: 'absent, heard in part',
      observed: { is: 'absent' },
      share: 0.1,
      answer: 'LOW opt-out',
    },
    { name: 'absent, heard', observed: { is: 'absent' }, share: 1, answer: 'HIGH challenge' },
    {
      name: 'present in part, heard less',
      observed: { is: 'present', share: 1 },
      share: 0.1,
      answer: 'HIGH challenge',
    },
    {
      name: 'no history, heard in part',
      observed: { is: 'unjudged' },
      share: 0.1,
      answer: 'unknown challenge',
    },
  ])('and what is heard: $name, the more counts', async ({ observed, share, answer }) => {
    const browser = shopWith(() => observed, {}, 2)
    await shop.guard.ready()
    await shop.guard.signal({ code: 'probe', about: { subject: 'alice' }, share })
    expect(await signalOf(browser)).toBe(answer)
  })
})

describe('an answer that had to be waited for', () => {
  function counting(): { asked: DetectorScene[]; browser: Browser } {
    const asked: DetectorScene[] = []
    const browser = shopWith(async (scene) => {
      asked.push(scene)
      return { is: asked.length === 1 ? 'absent' : 'present' }
    })
    return { asked, browser }
  }

  it('is kept for the login', async () => {
    const { asked, browser } = counting()
    for (let i = 0; i < 3; i++) expect(await signalOf(browser)).toBe('LOW opt-out')
    expect(asked).toHaveLength(1)
  })

  it.each([
    { name: 'another session', login: { session: 'alice-2' } },
    { name: 'another subject', login: { subject: 'bob' } },
    { name: 'a login without a session id', login: { session: undefined } },
  ])('is not believed in $name', async ({ login }) => {
    const { browser } = counting()
    await browser.ask('transfer.create')
    browser.login = { ...passwordLogin(shop), ...login }
    expect(await signalOf(browser)).toBe('HIGH challenge')
  })

  it('is not carried from one login without a session id to another', async () => {
    const { asked, browser } = counting()
    browser.login = { ...passwordLogin(shop), session: undefined }
    await browser.ask('transfer.create')
    const elsewhere = openBrowser(shop, browser.login)
    expect(await signalOf(elsewhere)).toBe('HIGH challenge')
    expect(asked).toHaveLength(2)
  })
})

describe('observe', () => {
  it('that throws or rejects changes nothing', async () => {
    let calls = 0
    const browser = shopWith(() => ({ is: 'absent' }), {
      observe: () => {
        calls += 1
        if (calls === 1) throw new Error('at once')
        return Promise.reject(new Error('later')) as never
      },
    })
    expect(await signalOf(browser)).toBe('LOW opt-out')
    expect(await signalOf(browser)).toBe('LOW opt-out')
    await Promise.resolve()
    const failed = shop.logged.filter(({ message }) => message === 'the detector probe failed')
    expect(failed).toHaveLength(2)
  })
})

describe('velocity', () => {
  // each engine counts for itself
  const detectors = () => [velocity({ limit: 5, perMs: MINUTE, holdMs: 10 * MINUTE })]

  it('counts in a window, tells all instances, and ends', async () => {
    shop = openShop({ ...risky('velocity'), detectors: detectors() })
    const browser = openBrowser(shop, passwordLogin(shop))
    const bob = openBrowser(shop, passwordLogin(shop, 'bob'))
    for (let i = 0; i < 6; i++) expect(await signalOf(browser)).toBe('LOW opt-out')
    expect(await signalOf(browser)).toBe('HIGH challenge')
    expect(await signalOf(bob)).toBe('LOW opt-out')
    await shop.pass(9 * MINUTE)
    expect(await signalOf(browser)).toBe('HIGH challenge')
    await shop.pass(2 * MINUTE)
    expect(await signalOf(browser)).toBe('LOW opt-out')
  })

  it('is not raised by what is spread over time', async () => {
    shop = openShop({ ...risky('velocity'), detectors: detectors() })
    const browser = openBrowser(shop, passwordLogin(shop))
    for (let i = 0; i < 12; i++) {
      expect(await signalOf(browser)).toBe('LOW opt-out')
      await shop.pass(20_000)
    }
  })

  it('sends one signal a window, not one a request', async () => {
    shop = openShop({ ...risky('velocity'), detectors: detectors() })
    const browser = openBrowser(shop, passwordLogin(shop))
    for (let i = 0; i < 30; i++) await browser.ask('transfer.create')
    await shop.pass(1)
    const stop = new AbortController()
    let sent = 0
    for await (const { events } of shop.backend.feed().follow(undefined, 10, stop.signal)) {
      sent = events.filter(
        ({ event }) => event.topic === 'signal' && event.data.code === 'velocity',
      ).length
      break
    }
    expect(sent).toBe(1)
  })

  it.each([{ limit: 0 }, { limit: 1.5 }, { perMs: -1 }, { holdMs: Number.NaN }])(
    'refuses %j',
    (options) => {
      shop = openShop()
      expect(() => velocity(options)).toThrow('whole number above 0')
    },
  )
})

describe('new-device', () => {
  it('is absent only once the device was checked in this login', async () => {
    shop = openShop({
      compiled: buildPolicy({
        threatModels: {
          calm: { bias: -2, signals: { 'new-device': 5 }, levels: { MEDIUM: 0.35, HIGH: 0.7 } },
        },
      }),
    })
    const browser = openBrowser(shop, passwordLogin(shop))
    expect(await signalOf(browser)).toBe('HIGH challenge')
    await browser.stepUp({ rememberDevice: true })
    await shop.pass(20 * MINUTE)
    browser.login = passwordLogin(shop, 'alice', 'alice-2')
    const page = await browser.ask('account.view', { mode: 'page' })
    expect(page.is === 'proceed' && page.decision.risk?.level).toMatchObject({ is: 'unknown' })
    expect(await signalOf(browser)).toBe('LOW opt-out')
    const copy = openBrowser(shop, passwordLogin(shop, 'alice', 'alice-3'))
    expect(await signalOf(copy)).toBe('HIGH challenge')
  })
})

describe('credential-change', () => {
  it('is present for a day, to the millisecond', async () => {
    shop = openShop(risky('credential-change'))
    const browser = openBrowser(shop, passwordLogin(shop))
    expect(await signalOf(browser)).toBe('LOW opt-out')
    await shop.guard.credentialChanged('alice', 'password-changed')
    expect(await signalOf(browser)).toBe('HIGH challenge')
    await shop.pass(DAY)
    expect(await signalOf(browser)).toBe('HIGH challenge')
    await shop.pass(1)
    expect(await signalOf(browser)).toBe('LOW opt-out')
    await shop.guard.credentialChanged('bob', 'password-changed')
    await shop.pass(HOUR)
    expect(await signalOf(browser)).toBe('LOW opt-out')
  })
})

function throwing(): never {
  throw new Error('out of order')
}
