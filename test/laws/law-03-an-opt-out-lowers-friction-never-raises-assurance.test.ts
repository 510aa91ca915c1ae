// Law 3: an opt-out writes no acr, amr or auth_time, and the app never sees `pass` where a rule was unmet.
import { evaluatePolicy, factsFromEntry } from '@countersign/core'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { checkLaw, createTally } from './support/check-law.ts'
import { manyFacts } from './support/facts.ts'
import { judge } from './support/outcome.ts'
import { compile, documents, policies } from './support/policies.ts'
import { sentRequests, toldDetectors } from './support/requests.ts'
import {
  login,
  openBrowser,
  openWorld,
  outcomeOf,
  rememberedBrowser,
  signInAgain,
  type World,
} from './support/world.ts'

let world: World | undefined
afterEach(async () => {
  await world?.close()
  world = undefined
})

describe('An opt-out lowers friction, never raises assurance', () => {
  test('facts stay as they were, and an unmet rule is never a pass', async () => {
    const seen = createTally<string>()
    await checkLaw(
      fc.tuple(policies, manyFacts),
      ([{ compiled }, many]) => {
        for (const facts of many) {
          const before = JSON.stringify(facts)
          const { outcome, verdict } = judge(compiled, facts)
          seen.add(outcome)
          expect(JSON.stringify(facts)).toBe(before)
          if (verdict.unmet.length > 0) expect(outcome).not.toBe('pass')
          // asked again after an opt-out held, the same rules are unmet
          expect(evaluatePolicy(compiled, facts).unmet).toEqual(verdict.unmet)
        }
      },
      100,
    )
    expect(seen.of('opt-out')).toBeGreaterThan(50)
  })

  test('the app sees opt-out, gets no evidence for it, and the record shows what was not proved', async () => {
    const seen = createTally<string>()
    await checkLaw(
      fc.tuple(documents, fc.array(sentRequests, { minLength: 6, maxLength: 6 })),
      async ([document, requests]) => {
        const here = await openWorld({
          guard: { policy: document, detectors: toldDetectors, trustProxy: 1 },
        })
        world = here
        for (const { identity, action, ...asking } of requests) {
          const browser = openBrowser(here, identity)
          const checked = await browser.check(action, asking)
          seen.add(outcomeOf(checked))
          if (checked.is !== 'proceed') continue
          const { decision } = checked
          expect([...browser.cookies.keys()].filter((name) => name.includes('evidence'))).toEqual(
            [],
          )
          expect(Object.keys(decision)).not.toEqual(
            expect.arrayContaining([expect.stringMatching(/acr|amr|auth_?time/i)]),
          )
          expect(decision.withoutOptOuts).toBe(decision.outcome === 'pass' ? 'pass' : 'challenge')
        }
        const { compiled } = compile(document)
        for (const entry of await here.log()) {
          const facts = factsFromEntry(entry)
          if (facts === undefined) continue
          const unmet = evaluatePolicy(compiled, facts).unmet.length > 0
          if (entry['outcome'] === 'opt-out') expect(unmet).toBe(true)
          if (entry['outcome'] === 'pass') expect(unmet).toBe(false)
        }
        await here.close()
        world = undefined
      },
      25,
    )
    expect(seen.of('opt-out')).toBeGreaterThan(5)
    expect(seen.of('pass')).toBeGreaterThan(5)
  })

  test('however often a device opts out, what it did not prove still has to be proved', async () => {
    world = await openWorld()
    const browser = await rememberedBrowser(world)
    signInAgain(world, browser)
    for (let times = 0; times < 5; times++) {
      expect(outcomeOf(await browser.check('admin.tool'))).toBe('opt-out')
      // a rule that lists no remembered device is as unmet as before
      expect(outcomeOf(await browser.check('office'))).toBe('challenge')
    }
    await world.guard.operator.suspend('opt-outs', { by: 'law', why: 'see what is left' })
    expect(outcomeOf(await browser.check('admin.tool'))).toBe('challenge')
    expect(
      outcomeOf(await openBrowser(world, login('alice', 'x', world.clock.now())).check('view')),
    ).toBe('pass')
  })
})
