// Law 11: a kill switch suspends opt-outs, never step-up; switching off a rule, a segment or a threat model suspends the
// opt-outs that are reachable through it.
import type { CompiledPolicy, SwitchTarget } from '@countersign/core'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { backendNames } from './support/backends.ts'
import { checkLaw, createTally } from './support/check-law.ts'
import { manyFacts } from './support/facts.ts'
import { judge, strictness } from './support/outcome.ts'
import { compile, DAY_MS, documents } from './support/policies.ts'
import {
  login,
  openBrowser,
  openWorld,
  outcomeOf,
  rememberedBrowser,
  signInAgain,
  type World,
} from './support/world.ts'

const BY = { by: 'law', why: 'to see' }
let world: World | undefined
afterEach(async () => {
  await world?.close()
  world = undefined
})

describe('A switch only tightens', () => {
  test('on any policy and facts: verdicts stand, and only opt-outs become challenges', async () => {
    const seen = createTally<'suspended' | 'same'>()
    await checkLaw(
      fc.tuple(documents, manyFacts, fc.array(fc.nat(), { minLength: 1, maxLength: 3 })),
      ([document, many, dice]) => {
        const { compiled } = compile(document)
        const targets = targetsOf(compiled)
        const thrown = dice.map((die) => targets[die % targets.length] as SwitchTarget)
        for (const facts of many) {
          const [before, after] = [judge(compiled, facts), judge(compiled, facts, thrown)]
          expect(strictness(after.outcome)).toBeGreaterThanOrEqual(strictness(before.outcome))
          expect(after.verdict).toEqual(before.verdict)
          if (after.outcome === before.outcome) {
            seen.add('same')
            continue
          }
          seen.add('suspended')
          expect([before.outcome, after.outcome]).toEqual(['opt-out', 'challenge'])
        }
      },
      40,
    )
    expect(seen.of('suspended')).toBeGreaterThan(15)
    expect(seen.of('same')).toBeGreaterThan(100)
  })

  test('nothing is reachable through what is switched off', async () => {
    await checkLaw(
      fc.tuple(documents, manyFacts),
      ([document, many]) => {
        const { compiled } = compile(document)
        for (const facts of many) {
          expect(judge(compiled, facts, ['opt-outs']).outcome).not.toBe('opt-out')
          for (const rule of compiled.rules) {
            const { answers } = judge(compiled, facts, [`rule:${rule.id}`])
            for (const check of answers?.checks ?? [])
              if (check.rule === rule.id) expect(check.holds).toBe('false')
          }
          for (const [name, segment] of Object.entries(compiled.segments)) {
            const { verdict } = judge(compiled, facts)
            const matches =
              segment.when === undefined || verdict.conditions[`segment:${name}`] !== 'false'
            if (!matches) continue
            for (const target of [
              `segment:${name}`,
              `threat-model:${segment.threatModel}`,
            ] as const)
              expect(judge(compiled, facts, [target]).outcome).not.toBe('opt-out')
          }
        }
      },
      40,
    )
  })
})

describe.each(backendNames)('A switch only tightens, on %s', (backend) => {
  test('each switch of a running guard suspends what it names, leaves step-up alone, and is lifted by resume', async () => {
    const here = await openWorld({ backend })
    world = here
    const { operator } = here.guard
    const reaches: readonly (readonly [SwitchTarget, readonly string[]])[] = [
      ['opt-outs', ['admin.tool', 'buy', 'office', 'calm']],
      ['opt-out:remembered', ['admin.tool']],
      ['opt-out:inside', ['office']],
      ['rule:tools', ['admin.tool']],
      ['rule:calm', ['calm']],
      ['segment:everyone', ['admin.tool', 'buy', 'office', 'calm']],
      ['threat-model:one', ['admin.tool', 'buy', 'office', 'calm']],
    ]
    for (const [target, actions] of reaches) {
      const browser = await rememberedBrowser(here, `by ${target}`)
      signInAgain(here, browser)
      const proved = openBrowser(here, login('alice', target, here.clock.now()))
      await proved.stepUp(await proved.check('admin.tool'))
      const ask = async (action: string) =>
        outcomeOf(await browser.check(action, { peer: '10.0.0.1', resource: { amount: 5 } }))
      const before = await outcomes(ask)
      expect(new Set(Object.values(before))).toEqual(new Set(['opt-out']))
      await operator.suspend(target, BY)
      const during = await outcomes(ask)
      for (const action of ASKED)
        expect(during[action], `${target}: ${action}`).toBe(
          actions.includes(action) ? 'challenge' : 'opt-out',
        )
      expect(outcomeOf(await proved.check('admin.tool'))).toBe('pass')
      expect((await browser.stepUp(await browser.check('admin.tool')))?.status ?? 303).toBe(303)
      await operator.resume(target, BY)
      signInAgain(here, browser)
      expect(await outcomes(ask)).toEqual(before)
    }
  })

  test('a second, shorter suspension never ends the first one earlier', async () => {
    const seen = createTally<'suspended' | 'over'>()
    await checkLaw(
      fc.tuple(
        fc.array(fc.constantFrom(1, 2, 4, undefined), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 0, max: 5 }),
      ),
      async ([days, later]) => {
        const here = await openWorld({ backend, guard: { maxStaleness: '24h' } })
        world = here
        const started = here.clock.now()
        for (const length of days)
          await here.guard.operator.suspend('opt-out:calm', {
            ...BY,
            ...(length === undefined ? {} : { until: new Date(started + length * DAY_MS) }),
          })
        here.clock.advance(later * DAY_MS)
        while (here.guard.health().stale) await new Promise((resolve) => setTimeout(resolve, 2))
        const longest = Math.max(...days.map((length) => length ?? Number.POSITIVE_INFINITY))
        const due = later < longest
        seen.add(due ? 'suspended' : 'over')
        const browser = openBrowser(here, login('alice', 's', here.clock.now()))
        expect(outcomeOf(await browser.check('calm'))).toBe(due ? 'challenge' : 'opt-out')
        await here.close()
        world = undefined
      },
      backend === 'memory' ? 20 : 10,
    )
    expect(seen.of('suspended')).toBeGreaterThan(0)
    expect(seen.of('over')).toBeGreaterThan(0)
  })
})

const ASKED = ['admin.tool', 'buy', 'office', 'calm'] as const

async function outcomes(ask: (action: string) => Promise<string>): Promise<Record<string, string>> {
  const answers: Record<string, string> = {}
  for (const action of ASKED) answers[action] = await ask(action)
  return answers
}

function targetsOf(compiled: CompiledPolicy): readonly SwitchTarget[] {
  return [
    'opt-outs',
    ...Object.keys(compiled.optOuts).map((name) => `opt-out:${name}` as const),
    ...compiled.rules.map(({ id }) => `rule:${id}` as const),
    ...Object.keys(compiled.segments).map((name) => `segment:${name}` as const),
    ...Object.keys(compiled.threatModels).map((name) => `threat-model:${name}` as const),
  ]
}
