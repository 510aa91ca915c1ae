// What detectors hear of decisions and challenges, and whom they charge: nobody who has not proved anything raises a
// subject's risk.
import { afterEach, expect, test } from 'vitest'
import type { Detector, DetectorScene } from '../../src/risk/detector.ts'
import { tellDetectors } from '../../src/risk/tell-detectors.ts'
import type { ObservedSignal } from '../../src/state/feed-event.ts'
import { buildPolicy, moneyRule } from '../support/build-policy.ts'
import { openBrowser, openShop, passwordLogin, type Shop } from '../support/shop.ts'

let shop: Shop | undefined
afterEach(async () => {
  await shop?.close()
  shop = undefined
})

const scene = {
  at: 1_000,
  subject: 'alice',
  session: 's1',
  deviceId: 'd1',
  address: { is: 'known', value: '192.0.2.1' },
} as DetectorScene
const unknown = { is: 'unknown', why: 'address_unknown' } as const

test.each<{
  name: string
  about?: 'subject' | 'session' | 'device' | 'address'
  scene?: Partial<DetectorScene>
  charged: ObservedSignal['about'] | undefined
}>([
  { name: 'the subject by default', charged: { subject: 'alice' } },
  { name: 'the session', about: 'session', charged: { session: 's1', subject: 'alice' } },
  { name: 'the device', about: 'device', charged: { device: 'd1', subject: 'alice' } },
  { name: 'the address', about: 'address', charged: { address: '192.0.2.1' } },
  {
    name: 'the device where there is no session',
    about: 'session',
    scene: { session: undefined },
    charged: { device: 'd1', subject: 'alice' },
  },
  {
    name: 'the address where there is neither',
    about: 'session',
    scene: { session: undefined, deviceId: undefined },
    charged: { address: '192.0.2.1' },
  },
  {
    name: 'nobody rather than the subject',
    about: 'device',
    scene: { deviceId: undefined, address: unknown },
    charged: undefined,
  },
])('a signal charges $name', ({ about, scene: other, charged }) => {
  const emitted: ObservedSignal[] = []
  const detector: Detector = {
    code: 'probe',
    judge: () => ({ is: 'absent' }),
    observe: (_, emit) =>
      emit({ code: 'probe', share: 1, forMs: 500, ...(about === undefined ? {} : { about }) }),
  }
  const logger = { info: () => {}, warn: () => {}, error: () => {} }
  tellDetectors(
    {
      detectors: new Map([['probe', detector]]),
      emit: (signal) => void emitted.push(signal),
    },
    { ...scene, ...other },
    logger,
    (one) => (about_, emit) => one.observe?.(about_, emit, 'pass'),
  )
  expect(emitted.map((one) => one.about)).toEqual(charged === undefined ? [] : [charged])
  expect(emitted.every(({ until }) => until === 1_500)).toBe(true)
})

test('a detector hears outcomes, failed attempts and completions, and is asked again after a completion', async () => {
  const heard: string[] = []
  let asked = 0
  const detector: Detector = {
    code: 'velocity',
    judge: async () => {
      asked += 1
      return { is: 'absent' }
    },
    observe: ({ action, login }, _, outcome) => void heard.push(`${outcome} ${action} ${login}`),
    challenged: ({ action, subject }, _, result) =>
      void heard.push(`${result} ${action} ${subject}`),
  }
  const signals = { velocity: 1 }
  const calm = { bias: -2, signals, levels: { MEDIUM: 0.35, HIGH: 0.7 } }
  // no allowance: what is asked for is challenged
  const compiled = buildPolicy({
    rules: [moneyRule(['remembered'])],
    threatModels: { calm },
  })
  shop = openShop({ compiled, detectors: [detector] })
  const browser = openBrowser(shop, passwordLogin(shop))
  const challenged = await browser.ticketFor('transfer.create')
  await browser.ask('transfer.create')
  expect(asked).toBe(1)
  await browser.fail(challenged)
  await browser.complete(challenged, { factors: [{ method: 'otp' }] })
  await browser.ask('transfer.create')
  expect(asked).toBe(2)
  expect(heard).toEqual([
    'challenge transfer.create session:alice-1',
    'challenge transfer.create session:alice-1',
    'failed transfer.create alice',
    'completed transfer.create alice',
    'pass transfer.create session:alice-1',
  ])
})
