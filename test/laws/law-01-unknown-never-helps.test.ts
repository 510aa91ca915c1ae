// Law 1: whatever is spoilt or taken away, of facts or of a request, the outcome never moves towards pass.
import type { Outcome, Store } from '@countersign/core'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { checkLaw, createTally } from './support/check-law.ts'
import { manyFacts, spoilers } from './support/facts.ts'
import { judge, strictness } from './support/outcome.ts'
import { documents, policies } from './support/policies.ts'
import { requestSpoilers, type Sent, sentRequests, toldDetectors } from './support/requests.ts'
import {
  login,
  openBrowser,
  openWorld,
  outcomeOf,
  rememberedBrowser,
  signInAgain,
  type World,
} from './support/world.ts'

describe('on facts', () => {
  test('Unknown never helps', async () => {
    const seen = createTally<string>()
    await checkLaw(
      fc.tuple(policies, manyFacts),
      ([{ compiled }, many]) => {
        for (const facts of many) {
          const before = judge(compiled, facts).outcome
          seen.add(before)
          for (const { name, spoil } of spoilers) {
            const after = judge(compiled, spoil(facts)).outcome
            if (after === before) continue
            seen.add('stricter')
            expect(strictness(after), `${name}: ${before} became ${after}`).toBeGreaterThan(
              strictness(before),
            )
          }
        }
      },
      120,
    )
    for (const outcome of ['pass', 'opt-out', 'challenge', 'deny'])
      expect(seen.of(outcome), outcome).toBeGreaterThan(60)
    expect(seen.of('stricter')).toBeGreaterThan(600)
  })

  test('Unknown never helps, however many inputs are spoilt one after the other', async () => {
    await checkLaw(
      fc.tuple(
        policies,
        manyFacts,
        fc.shuffledSubarray([...spoilers], { minLength: 2, maxLength: 6 }),
      ),
      ([{ compiled }, many, chosen]) => {
        for (const facts of many) {
          let [spoilt, before] = [facts, strictness(judge(compiled, facts).outcome)]
          for (const { name, spoil } of chosen) {
            spoilt = spoil(spoilt)
            const after = strictness(judge(compiled, spoilt).outcome)
            expect(after, name).toBeGreaterThanOrEqual(before)
            before = after
          }
        }
      },
      80,
    )
  })
})

describe('on requests', () => {
  let world: World | undefined
  afterEach(async () => {
    await world?.close()
    world = undefined
  })

  test('Unknown never helps: no header, claim or attribute that is missing or spoilt', async () => {
    const seen = createTally<string>()
    await checkLaw(
      fc.tuple(documents, fc.array(sentRequests, { minLength: 4, maxLength: 4 })),
      async ([document, requests]) => {
        const here = await openWorld({
          tampering: { store: withoutCounting },
          guard: { policy: document, detectors: toldDetectors, trustProxy: 1 },
        })
        world = here
        for (const sent of requests) {
          const before = await outcome(here, sent)
          seen.add(before)
          for (const { name, spoil } of requestSpoilers) {
            const after = await outcome(here, spoil(sent))
            if (after !== before) seen.add('other')
            expect(rank(after), `${name}: ${before} became ${after}`).toBeGreaterThanOrEqual(
              rank(before),
            )
          }
        }
        await here.close()
        world = undefined
      },
      15,
    )
    for (const outcome of ['pass', 'opt-out', 'challenge', 'deny'])
      expect(seen.of(outcome), outcome).toBeGreaterThan(1)
    expect(seen.of('other')).toBeGreaterThan(20)
  })

  test('Unknown never helps: no cookie of ours that is missing, cut, swapped or doubled', async () => {
    const here = await openWorld({ tampering: { store: withoutCounting } })
    world = here
    const seen = createTally<string>()
    const stranger = await rememberedBrowser(here, 'mallory')
    await checkLaw(
      fc.record({
        action: fc.constantFrom('view', 'buy', 'gift', 'admin.tool', 'office', 'calm'),
        amount: fc.constantFrom(5, 20, 500),
        again: fc.boolean(),
        session: fc.boolean(),
        spoilt: fc.nat(),
        how: fc.constantFrom('missing', 'cut', 'swapped', 'doubled', 'empty'),
      }),
      async ({ action, amount, again, session, spoilt, how }) => {
        const browser = openBrowser(here, {
          ...login('alice', 's', here.clock.now()),
          session: session ? crypto.randomUUID() : undefined,
        })
        const proof = { factors: [{ method: 'otp' }], rememberDevice: true }
        await browser.stepUp(await browser.check('admin.tool'), proof)
        if (again) signInAgain(here, browser)
        const resource = { amount }
        const kept = new Map(browser.cookies)
        const before = outcomeOf(await browser.check(action, { resource }))
        const names = [...kept.keys()]
        const name = names[spoilt % names.length] as string
        browser.cookies.clear()
        for (const [key, value] of kept) browser.cookies.set(key, value)
        spoilCookie(browser.cookies, stranger.cookies, name, how)
        const after = outcomeOf(await browser.check(action, { resource }))
        seen.add(`${before} ${after}`)
        expect(rank(after), `${name} ${how}: ${before} became ${after}`).toBeGreaterThanOrEqual(
          rank(before),
        )
      },
      80,
    )
    expect(seen.of('opt-out challenge')).toBeGreaterThan(5)
    expect(seen.of('pass challenge') + seen.of('pass opt-out')).toBeGreaterThan(5)
  })
})

/** An allowance that never runs out: what was spent for one request must not be what makes the next one stricter. */
function withoutCounting(store: Store): Store {
  return {
    read: (key) => store.read(key),
    write: (...args) => store.write(...args),
    addIfBelow: async (key, add, limit, ttlMs) =>
      key[0] === 'allowance'
        ? {
            added: Object.keys(add).every((name) => (add[name] ?? 0) <= (limit[name] ?? 0)),
            totals: {},
          }
        : store.addIfBelow(key, add, limit, ttlMs),
    list: (...args) => store.list(...args),
    close: () => store.close(),
  }
}

async function outcome(world: World, sent: Sent): Promise<string> {
  const { action, identity, ...asking } = sent
  return outcomeOf(await openBrowser(world, identity).check(action, asking))
}

/** Where nobody is signed in nothing goes on at all. */
function rank(outcome: string): number {
  return outcome === 'sign-in' ? strictness('deny') : strictness(outcome as Outcome)
}

function spoilCookie(
  cookies: Map<string, string>,
  strangers: ReadonlyMap<string, string>,
  name: string,
  how: string,
): void {
  const value = cookies.get(name) ?? ''
  if (how === 'missing') cookies.delete(name)
  else if (how === 'cut') cookies.set(name, value.slice(0, -2))
  else if (how === 'empty') cookies.set(name, '')
  else if (how === 'doubled') cookies.set(name, `${value}; ${name}=${value}`)
  else cookies.set(name, [...strangers.values()][0] ?? '')
}
