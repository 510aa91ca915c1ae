// Rollouts on a shared backend: every instance puts the same people under the candidate, and only a listed key begins,
// widens, promotes or aborts one; what any instance may append is that it goes no further (laws 7, 12).
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { FeedEvent } from '../../src/state/feed-event.ts'
import { buildPolicy, moneyRule, trustedDevice } from '../support/build-policy.ts'
import {
  type KeyPair,
  makeKeys,
  type SharedBackend,
  sharedBackend,
} from '../support/shared-backend.ts'
import { openBrowser, openShop, passwordLogin, type Shop } from '../support/shop.ts'

const PEOPLE = Array.from({ length: 40 }, (_, index) => `person-${index}`)
const strict = buildPolicy({ name: 'strict', rules: [moneyRule([])] })
const calm = buildPolicy({
  name: 'calm',
  optOuts: { remembered: trustedDevice() },
  rules: [{ ...moneyRule([]), require: { acr: 'aal1', maxAgeSeconds: 3600 } }],
})

let operator: KeyPair
let shared: SharedBackend
let shops: Shop[]
let ann: { by: string; why: string; key: KeyPair['key'] }
beforeEach(async () => {
  operator = await makeKeys()
  shared = sharedBackend()
  shops = []
  ann = { by: 'ann', why: 'because', key: operator.key }
})
afterEach(() => Promise.all(shops.map((shop) => shop.close())))

async function instance(): Promise<Shop> {
  const shop = openShop({ backend: shared.source(), operatorKeys: [operator.listed] })
  shops.push(shop)
  await shop.guard.ready().catch(() => {})
  return shop
}

/** Who passes here. */
async function passed(shop: Shop): Promise<readonly string[]> {
  const found: string[] = []
  for (const subject of PEOPLE) {
    const login = { ...passwordLogin(shop, subject), authTime: Date.now() }
    if ((await openBrowser(shop, login).outcome('transfer.create')) === 'pass') found.push(subject)
  }
  return found
}

async function settle(shop: Shop): Promise<void> {
  await shop.guard.signal({ code: 'tick', about: { address: '192.0.2.255' } })
}

async function appended(): Promise<readonly FeedEvent[]> {
  const stop = new AbortController()
  for await (const { events } of shared.feed.follow(undefined, 10, stop.signal))
    return events.map(({ event }) => event)
  return []
}

it('the same people everywhere, on an instance that starts later too', async () => {
  const one = await instance()
  await one.guard.operator.activate(strict, ann)
  await one.guard.operator.rollout(calm, { ...ann, plan: [{ percent: 30 }] })
  const two = await instance()
  const here = await passed(one)
  expect(here.length).toBeGreaterThan(0)
  expect(here.length).toBeLessThan(PEOPLE.length)
  expect(await passed(two)).toEqual(here)
  await two.guard.operator.abort(ann)
  await settle(one)
  expect(await passed(one)).toEqual([])
})

it('a copy of a signed rollout does nothing once it was aborted', async () => {
  const shop = await instance()
  await shop.guard.operator.activate(strict, ann)
  await shop.guard.operator.rollout(calm, { ...ann, plan: [{ percent: 100 }] })
  const copy = (await appended()).at(-1) as FeedEvent
  await shop.guard.operator.abort(ann)
  // past the window in which the same id counts once
  for (let index = 0; index < 1030; index++)
    await shared.feed.append({
      ...{ topic: 'signal', id: `s${index}`, at: Date.now(), by: 'app', why: 'w' },
      data: { code: 'tick', about: { address: '192.0.2.255' }, share: 1, until: Date.now() + 1e5 },
    })
  await shared.feed.append(copy)
  await settle(shop)
  expect(shop.guard.health().rollout).toBe(null)
  expect(shop.guard.health().warnings.join()).toContain('no effect')
})

it.each(['widen', 'promote', 'abort'] as const)('an unsigned %s has no effect', async (kind) => {
  const shop = await instance()
  await shop.guard.operator.activate(strict, ann)
  const { rollout } = await shop.guard.operator.rollout(calm, { ...ann, plan: [{ percent: 1 }] })
  const data = { kind, rollout, steps: [{ percent: 100 }], recall: false }
  const event = { topic: 'policy', id: 'x', at: Date.now(), by: 'ann', why: 'w', data }
  await shared.feed.append(event as FeedEvent)
  await settle(shop)
  expect(shop.guard.health()).toMatchObject({ rollout: { rollout, percent: 1 } })
})

it('a freeze needs no key, and holds on all', async () => {
  const shop = await instance()
  const other = await instance()
  const { operator } = shop.guard
  await operator.activate(strict, ann)
  await operator.rollout(calm, { ...ann, plan: [{ percent: 1, forMs: 1e9 }, { percent: 100 }] })
  await settle(other)
  await other.guard.operator.freeze({ by: 'monitor', why: 'too many' })
  await settle(shop)
  expect(shop.guard.health().rollout?.frozenAt).toEqual(expect.any(Number))
  await expect(
    operator.widen({ by: 'ann', why: 'w', steps: [{ percent: 5 }] }),
  ).rejects.toMatchObject({ code: 'operator_key_missing' })
  await operator.widen({ ...ann, steps: [{ percent: 5 }] })
  expect(shop.guard.health().rollout).toMatchObject({ percent: 5 })
  expect(shop.guard.health().rollout).not.toHaveProperty('frozenAt')
})
