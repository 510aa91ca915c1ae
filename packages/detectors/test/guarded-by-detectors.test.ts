// All detectors together in a real guard: T12 for each of them, and who is charged for what.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Detector, DetectorScene } from '@countersign/core'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { buildPolicy, keysRule, moneyRule } from '../../core/test/support/build-policy.ts'
import {
  type Browser,
  openBrowser,
  openShop,
  passwordLogin,
  type Shop,
} from '../../core/test/support/shop.ts'
import {
  amountVelocity,
  anonymousNetwork,
  createLoginHistory,
  dormantAccount,
  failedChallenges,
  type Geography,
  impossibleTravel,
  ipChange,
  listedAddress,
  newNetwork,
  sessionAge,
  unfamiliarLogin,
  unusualHour,
  userAgentChange,
} from '../src/index.ts'
import { CHROME, FIREFOX, failingStore, geographyOf } from './support/scene.ts'

// machines are busy: what is waited for comes, but not always within a second
const PATIENT = { timeout: 20_000 }

let shop: Shop | undefined
afterEach(async () => {
  await shop?.close()
  shop = undefined
})

const dir = mkdtempSync(join(tmpdir(), 'listed-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const listFile = join(dir, 'networks.txt')
writeFileSync(listFile, '192.0.2.0/24\n')

const HOME = '198.51.100.7'
const place = { latitude: 59.91, longitude: 10.75, accuracyKm: 10 }
const geography = geographyOf({
  [HOME]: { asn: 1, country: 'NO', place },
  '192.0.2.1': {
    asn: 3,
    country: 'DE',
    place: { latitude: 52.5, longitude: 13.4, accuracyKm: 10 },
  },
})

/** A shop whose one opt-out asks for a calm login. */
function openCalm(detectors: readonly Detector[], external: readonly string[] = []): Shop {
  const signals = Object.fromEntries(
    [...detectors.map(({ code }) => code), ...external].map((code) => [code, 5]),
  )
  shop = openShop({
    compiled: buildPolicy({
      external,
      rules: [moneyRule(['calm']), keysRule],
      optOuts: { calm: { kind: 'low-risk', until: Number.MAX_SAFE_INTEGER, riskBelow: 'MEDIUM' } },
      threatModels: { calm: { bias: -2, signals, levels: { MEDIUM: 0.35, HIGH: 0.7 } } },
    }),
    detectors,
  })
  return shop
}

let logins = 0
function signIn(on: Shop, subject = 'alice'): Browser {
  logins += 1
  return openBrowser(on, passwordLogin(on, subject, `${subject}-${logins}`))
}

const HEADERS = { 'user-agent': CHROME }
async function outcome(browser: Browser, from = HOME, userAgent = CHROME): Promise<string> {
  return await browser.outcome('transfer.create', {
    peer: from,
    headers: { ...HEADERS, 'user-agent': userAgent },
  })
}

interface Part {
  failing: boolean
}

/** A geography and a store that fail when they are told to. */
function parts(now: Part): {
  geography: Geography
  scene: (scene: DetectorScene) => DetectorScene
} {
  return {
    geography: {
      lookUp(address) {
        if (now.failing) throw new Error('the database is broken')
        return geography.lookUp(address)
      },
    },
    scene: (scene) => ({
      ...scene,
      ...(now.failing
        ? {
            store: failingStore(),
            address: { is: 'unknown', why: 'address_unknown' },
            authTime: undefined,
          }
        : {}),
      resource: now.failing
        ? { amount: { is: 'unknown', why: 'fact_wrong_type' } }
        : scene.resource,
    }),
  }
}

describe('T12: each detector, with all that it reads made to fail, is at least a challenge', () => {
  const all: readonly {
    readonly name: string
    readonly make: (geography: Geography) => Detector
  }[] = [
    {
      name: 'unfamiliar-login',
      make: (geo) => unfamiliarLogin({ history: createLoginHistory({ geography: geo }) }),
    },
    {
      name: 'impossible-travel',
      make: (geo) => impossibleTravel({ history: createLoginHistory({ geography: geo }) }),
    },
    {
      name: 'new-network',
      make: (geo) => newNetwork({ history: createLoginHistory({ geography: geo }) }),
    },
    {
      name: 'unusual-hour',
      make: (geo) =>
        unusualHour({ history: createLoginHistory({ geography: geo }), leastLogins: 1 }),
    },
    { name: 'dormant-account', make: () => dormantAccount() },
    { name: 'user-agent-change', make: () => userAgentChange() },
    { name: 'ip-change', make: (geo) => ipChange({ geography: geo }) },
    { name: 'anonymous-network', make: (geo) => anonymousNetwork({ geography: geo }) },
    { name: 'listed-address', make: () => listedAddress({ files: [listFile] }) },
    { name: 'session-age', make: () => sessionAge() },
    { name: 'amount-velocity', make: () => amountVelocity({ of: 'amount', limit: 1_000_000 }) },
  ]
  test.each(all)('$name', async ({ make }) => {
    const now = { failing: false }
    const broken = parts(now)
    const detector = make(broken.geography)
    const judged: Detector = { ...detector, judge: (scene) => detector.judge(broken.scene(scene)) }
    const on = openCalm([judged])
    const first = signIn(on)
    await outcome(first)
    // a history, for those that need one
    await first.stepUp({}, 'key.create', { peer: HOME, headers: HEADERS })
    await on.pass(60_000)
    expect(await outcome(signIn(on))).toBe('opt-out calm')
    now.failing = true
    expect(await outcome(signIn(on))).toMatch(/^challenge/)
  })
})

test.each([
  { name: 'failed-challenges' },
  { name: 'velocity' },
  { name: 'credential-change' },
  { name: 'device-reuse' },
])(
  'T12: $name, which lives by what all instances are told, is at least a challenge where nothing is heard',
  async ({ name }) => {
    shop = openShop({
      compiled: buildPolicy({
        rules: [moneyRule(['calm'])],
        optOuts: {
          calm: { kind: 'low-risk', until: Number.MAX_SAFE_INTEGER, riskBelow: 'MEDIUM' },
        },
        threatModels: {
          calm: { bias: -2, signals: { [name]: 5 }, levels: { MEDIUM: 0.35, HIGH: 0.7 } },
        },
      }),
      detectors: [failedChallenges()],
    })
    expect(await outcome(signIn(shop))).toBe('opt-out calm')
    shop.backend.hold(true)
    shop.clock.advance(20_000)
    expect(await outcome(signIn(shop))).toMatch(/^challenge/)
  },
)

describe('strangers cannot poison it', () => {
  test('failures after the first factor charge their session, not the person', async () => {
    const on = openCalm([failedChallenges({ limit: 2 })])
    const stranger = signIn(on)
    const ticket = await stranger.ticketFor('key.create')
    for (let i = 0; i < 2; i++) await stranger.fail(ticket)
    await on.pass(100)
    await expect.poll(() => outcome(stranger), PATIENT).toMatch(/^challenge/)
    expect(await outcome(signIn(on))).toBe('opt-out calm')
  })

  test('failures before it charge the address, as the app reports them', async () => {
    const on = openCalm([], ['failed-logins'])
    await on.guard.ready()
    await on.guard.signal({ code: 'failed-logins', about: { address: '192.0.2.1' } })
    expect(await outcome(signIn(on), '192.0.2.1')).toMatch(/^challenge/)
    expect(await outcome(signIn(on))).toBe('opt-out calm')
  })

  test('a challenge that is left alone teaches nothing; one that is completed does', async () => {
    const history = createLoginHistory({ geography })
    const on = openCalm([unfamiliarLogin({ history, from: 0.5 })])
    await outcome(signIn(on))
    for (const subject of ['bob', 'carol', 'dave'])
      await outcome(signIn(on, subject), '192.0.2.1', FIREFOX)
    await on.pass(60_000)
    for (let i = 0; i < 3; i++)
      expect(await outcome(signIn(on), '192.0.2.1', FIREFOX)).toMatch(/^challenge/)
    const traveller = signIn(on)
    const asking = { peer: '192.0.2.1', headers: { 'user-agent': FIREFOX } }
    const ticket = await traveller.ticketFor('transfer.create', asking)
    await traveller.complete(ticket, { factors: [{ method: 'otp' }] }, asking)
    await on.pass(60_000)
    await expect.poll(() => outcome(signIn(on), '192.0.2.1', FIREFOX), PATIENT).toBe('opt-out calm')
  })
})

test('nothing that is said from outside lowers what a detector sees', async () => {
  const on = openCalm([anonymousNetwork({ geography: geographyOf({ [HOME]: { hides: 'tor' } }) })])
  await on.guard.ready()
  expect(await outcome(signIn(on))).toMatch(/^challenge/)
  await on.guard.signal({ code: 'anonymous-network', about: { subject: 'alice' }, share: 0 })
  await on.guard.signal({ code: 'anonymous-network', about: { subject: 'alice' }, share: 0.01 })
  expect(await outcome(signIn(on))).toMatch(/^challenge/)
})

test('a stolen cookie, used elsewhere, is challenged in the very login that it was stolen from', async () => {
  const on = openCalm([userAgentChange(), ipChange({ geography })])
  const person = signIn(on)
  expect(await outcome(person)).toBe('opt-out calm')
  const thief = person.copy()
  expect(await outcome(thief, '192.0.2.1', FIREFOX)).toMatch(/^challenge/)
  expect(await outcome(thief, HOME, FIREFOX)).toMatch(/^challenge/)
  expect(await outcome(thief, '192.0.2.1', CHROME)).toMatch(/^challenge/)
  expect(await outcome(person)).toBe('opt-out calm')
})
