// Law 4: each grant ends by time or uses, or the opt-out itself by `until`, at most a year ahead. Limits are inclusive.

import type { Facts } from '@countersign/core'
import { type PolicyDocument, PolicyError } from '@countersign/policy'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { checkLaw, createTally } from './support/check-law.ts'
import { manyFacts } from './support/facts.ts'
import { judge } from './support/outcome.ts'
import { compile, DAY_MS, documents } from './support/policies.ts'
import { shopPolicy } from './support/shop-policy.ts'
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

const whole = {
  device: { kind: 'trusted-device', overall: '30d', idle: '7d', riskBelow: 'MEDIUM' },
  allowance: {
    kind: 'allowance',
    of: 'resource.amount',
    each: 1,
    total: 2,
    count: 3,
    riskBelow: 'HIGH',
  },
  calm: { kind: 'low-risk', until: '2027-06-30', riskBelow: 'MEDIUM' },
  network: { kind: 'network', networks: ['10.0.0.0/8'], until: '2027-06-30', riskBelow: 'HIGH' },
  waiver: {
    kind: 'waiver',
    when: 'subject.id == "robot"',
    networks: ['10.0.0.0/8'],
    until: '2027-06-30',
    riskBelow: 'HIGH',
    owner: 'one@shop.example',
    approvedBy: 'two@shop.example',
    ticket: 'SEC-1',
    reason: 'no human',
  },
} as const

const ends: Readonly<Record<keyof typeof whole, readonly string[]>> = {
  device: ['overall', 'idle'],
  allowance: ['each', 'total', 'count'],
  calm: ['until'],
  network: ['until', 'networks'],
  waiver: ['until', 'networks', 'when', 'owner', 'approvedBy', 'ticket', 'reason'],
}

describe('Every opt-out ends, and has a risk ceiling', () => {
  test('the schema takes each kind as it is whole', () => {
    for (const one of Object.values(whole)) expect(() => compileWith(one)).not.toThrow()
  })

  test.each(
    Object.entries(whole).flatMap(([name, one]) =>
      ['riskBelow', ...ends[name as keyof typeof whole]].map((missing) => ({ name, one, missing })),
    ),
  )('the schema refuses $name without $missing', ({ one, missing }) => {
    const cut = Object.fromEntries(Object.entries(one).filter(([key]) => key !== missing))
    expect(() => compileWith(cut)).toThrow(PolicyError)
    expect(() => compileWith(cut)).toThrow(missing)
    expect(() => compileWith({ ...one, [missing]: null })).toThrow(PolicyError)
  })

  test.each([
    { name: 'an end more than a year ahead', one: { ...whole.calm, until: '2028-02-01' } },
    { name: 'an end that is no date', one: { ...whole.calm, until: 'never' } },
    { name: 'a day that is none', one: { ...whole.calm, until: '2027-02-30' } },
    {
      name: 'a device trusted for more than a year',
      one: { ...whole.device, overall: '367d', idle: '7d' },
    },
    {
      name: 'a device idle for longer than it is trusted',
      one: { ...whole.device, overall: '7d', idle: '8d' },
    },
    { name: 'no time at all', one: { ...whole.device, overall: '0d', idle: '0d' } },
    {
      name: 'an endless number of uses',
      one: { ...whole.allowance, count: Number.POSITIVE_INFINITY },
    },
    { name: 'a fraction of a use', one: { ...whole.allowance, count: 1.5 } },
    { name: 'an endless total', one: { ...whole.allowance, total: 1e308 } },
    { name: 'a negative amount', one: { ...whole.allowance, each: -1 } },
    { name: 'a ceiling above all risk', one: { ...whole.calm, riskBelow: 'CRITICAL' } },
    { name: 'a ceiling below which nothing lies', one: { ...whole.calm, riskBelow: 'LOW' } },
    { name: 'every network', one: { ...whole.network, networks: ['0.0.0.0/0'] } },
    { name: 'no network', one: { ...whole.network, networks: [] } },
    {
      name: 'a waiver that its owner approved',
      one: { ...whole.waiver, approvedBy: 'One@shop.example ' },
    },
    {
      name: 'a kind that is none',
      one: { kind: 'always', until: '2027-06-30', riskBelow: 'HIGH' },
    },
  ])('the schema refuses $name', ({ one }) => {
    expect(() => compileWith(one)).toThrow(PolicyError)
  })

  test('whatever the policy, an opt-out that has reached its end holds for nobody, nor one above its ceiling', async () => {
    const seen = createTally<'ended' | 'before' | 'above' | 'holds'>()
    await checkLaw(
      fc.tuple(documents, manyFacts, fc.constantFrom(-1, 0, 1, DAY_MS)),
      ([document, many, offset]) => {
        const { compiled } = compile(document)
        for (const facts of many)
          for (const [name, optOut] of Object.entries(compiled.optOuts)) {
            if (optOut.until === undefined) continue
            const moved: Facts = { ...facts, at: optOut.until + offset }
            const { answers, verdict } = judge(compiled, moved)
            for (const check of answers?.checks.filter((one) => one.optOut === name) ?? []) {
              if (offset >= 0) {
                seen.add('ended')
                expect(check).toMatchObject({ holds: 'false', why: 'opt_out_ended' })
              } else {
                seen.add('before')
                expect(check.why).not.toBe('opt_out_ended')
              }
              const above =
                verdict.risk.upper === 'HIGH' ||
                (verdict.risk.upper === 'MEDIUM' && optOut.riskBelow === 'MEDIUM')
              if (above) {
                seen.add('above')
                expect(check.holds).not.toBe('true')
              } else if (check.holds === 'true') seen.add('holds')
            }
          }
      },
      60,
    )
    for (const name of ['ended', 'before', 'above', 'holds'] as const)
      expect(seen.of(name), name).toBeGreaterThan(20)
  })

  test('a date ends at 24:00 UTC, a moment at itself', () => {
    const until = (text: string) =>
      Object.values(compileWith({ ...whole.calm, until: text }).compiled.optOuts)[0]?.until
    expect(until('2027-06-30')).toBe(Date.UTC(2027, 6, 1))
    expect(until('2027-06-30T18:00:00Z')).toBe(Date.UTC(2027, 5, 30, 18))
  })

  test('a device is trusted up to its limits inclusive, and not a millisecond longer', async () => {
    for (const [beyond, due] of [
      [0, 'opt-out'],
      [1, 'challenge'],
    ] as const) {
      world = await openWorld({ guard: { maxStaleness: '24h' } })
      const browser = await rememberedBrowser(world)
      // used each sixth day: the last time on the thirtieth
      for (let day = 6; day <= 24; day += 6) {
        world.clock.advance(6 * DAY_MS)
        await heartbeat(world)
        signInAgain(world, browser)
        expect(outcomeOf(await browser.check('admin.tool'))).toBe('opt-out')
      }
      world.clock.advance(6 * DAY_MS + beyond)
      await heartbeat(world)
      signInAgain(world, browser)
      expect(outcomeOf(await browser.check('admin.tool')), `${beyond} ms beyond`).toBe(due)
      await world.close()
      world = undefined
    }
  })

  test('an allowance is spent up to its limits inclusive, whatever the amounts', async () => {
    const here = await openWorld()
    world = here
    const seen = createTally<string>()
    await checkLaw(
      fc.array(fc.integer({ min: 0, max: 33 }), { minLength: 1, maxLength: 9 }),
      async (amounts) => {
        const browser = openBrowser(here, login(crypto.randomUUID(), 's', here.clock.now()))
        let [total, count] = [0, 0]
        for (const amount of amounts) {
          const due = amount <= 30 && total + amount <= 100 && count + 1 <= 5
          const outcome = outcomeOf(await browser.check('buy', { resource: { amount } }))
          seen.add(outcome)
          expect(outcome, `${amount} after ${total} in ${count}`).toBe(
            due ? 'opt-out' : 'challenge',
          )
          if (due) [total, count] = [total + amount, count + 1]
        }
      },
      60,
    )
    expect(seen.of('opt-out')).toBeGreaterThan(50)
    expect(seen.of('challenge')).toBeGreaterThan(50)
  })

  test('a rule that lists no opt-out cannot be waived', async () => {
    await checkLaw(
      fc.tuple(documents, manyFacts),
      ([document, many]) => {
        const rules = document.rules.map(({ optOuts: _, ...rule }) => rule)
        const { compiled } = compile({ ...document, rules })
        for (const facts of many) expect(judge(compiled, facts).outcome).not.toBe('opt-out')
      },
      50,
    )
  })
})

function compileWith(optOut: object): ReturnType<typeof compile> {
  const document = {
    ...shopPolicy,
    optOuts: { one: optOut },
    rules: [
      { id: 'all', actions: ['*'], require: { maxAge: '5m' } },
      { id: 'money', actions: ['buy', 'gift'], require: { acr: 'aal2' }, optOuts: ['one'] },
    ],
  }
  return compile(document as unknown as PolicyDocument)
}

async function heartbeat({ guard }: World): Promise<void> {
  while (guard.health().stale) await new Promise((resolve) => setTimeout(resolve, 2))
}
