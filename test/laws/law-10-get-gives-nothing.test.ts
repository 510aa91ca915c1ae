// Law 10: trust and evidence are never given, widened or extended beyond their limits except by POST.
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { checkLaw, createTally } from './support/check-law.ts'
import { DAY_MS } from './support/policies.ts'
import { shopPolicy } from './support/shop-policy.ts'
import {
  login,
  openBrowser,
  openWorld,
  outcomeOf,
  rememberedBrowser,
  signInAgain,
  ticketOf,
  type World,
} from './support/world.ts'

let world: World | undefined
afterEach(async () => {
  await world?.close()
  world = undefined
})

const OTHER_METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'post', 'QUERY'] as const
const ACTIONS = Object.keys(shopPolicy.actions)

describe('GET gives nothing', () => {
  test('no method but POST completes a challenge, and the ticket stays good', async () => {
    world = await openWorld()
    for (const method of OTHER_METHODS) {
      const browser = openBrowser(world, login('alice', method, world.clock.now()))
      const challenged = await browser.check('admin.tool', { method: 'GET' })
      const before = new Map(browser.cookies)
      const refused = await browser.stepUp(
        challenged,
        { factors: [{ method: 'otp' }], rememberDevice: true },
        { method },
      )
      expect(refused?.status, method).toBe(405)
      expect(browser.cookies, method).toEqual(before)
      expect(outcomeOf(await browser.check('admin.tool')), method).toBe('challenge')
      expect((await browser.stepUp(challenged))?.status, method).toBe(303)
    }
  })

  test('no run of requests that are none of completion gives evidence or a device', async () => {
    world = await openWorld()
    const here = world
    await checkLaw(
      fc.array(
        fc.record({
          method: fc.constantFrom('GET', 'HEAD', 'OPTIONS', 'POST'),
          action: fc.constantFrom(...ACTIONS),
          amount: fc.constantFrom(5, 20, 500),
          navigates: fc.boolean(),
        }),
        { minLength: 1, maxLength: 6 },
      ),
      async (requests) => {
        const browser = openBrowser(here, login('carol', crypto.randomUUID(), here.clock.now()))
        for (const { method, action, amount, navigates } of requests) {
          const headers = navigates
            ? { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
            : {}
          const checked = await browser.check(action, { method, headers, resource: { amount } })
          const ticket = ticketOf(checked)
          if (ticket !== undefined)
            await here.guard.challenge.open(
              browser.request({ method: 'GET', target: `/step-up?ticket=${ticket}` }),
              { body: undefined },
            )
        }
        const given = [...browser.cookies.keys()].filter(
          (name) => !name.startsWith('__Host-challenge-'),
        )
        expect(given).toEqual([])
        expect(await here.guard.devices.list('carol')).toEqual([])
      },
      40,
    )
  })

  test('a remembered device ends at its limits, however it is used in between', async () => {
    const seen = createTally<'held' | 'ended'>()
    await checkLaw(
      fc.array(fc.tuple(fc.constantFrom('GET', 'POST'), fc.integer({ min: 1, max: 12 })), {
        minLength: 1,
        maxLength: 6,
      }),
      async (uses) => {
        world = await openWorld({ guard: { maxStaleness: '24h' } })
        const browser = await rememberedBrowser(world)
        const trustedAt = world.clock.now()
        let usedAt = trustedAt
        for (const [method, days] of uses) {
          world.clock.advance(days * DAY_MS)
          await caughtUp(world)
          signInAgain(world, browser)
          const now = world.clock.now()
          const due = now - trustedAt <= 30 * DAY_MS && now - usedAt <= 7 * DAY_MS
          const outcome = outcomeOf(await browser.check('admin.tool', { method }))
          seen.add(due ? 'held' : 'ended')
          expect(outcome, `${method} after ${days} days`).toBe(due ? 'opt-out' : 'challenge')
          if (!due) break
          usedAt = now
        }
        await world.close()
        world = undefined
      },
      25,
    )
    expect(seen.of('held')).toBeGreaterThan(10)
    expect(seen.of('ended')).toBeGreaterThan(5)
  })
})

/** Until the next heartbeat the guard is stale: time has passed. */
async function caughtUp({ guard }: World): Promise<void> {
  while (guard.health().stale) await new Promise((resolve) => setTimeout(resolve, 5))
}
