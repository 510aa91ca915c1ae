// Law 7: a recall ends the grants of an activation through every rotation; a credential event ends trust and evidence
// of before; a grant's limits are the stricter of those at its time and now.
import type { CredentialChange, Position } from '@countersign/core'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { backendNames } from './support/backends.ts'
import { checkLaw, createTally } from './support/check-law.ts'
import { DAY_MS } from './support/policies.ts'
import { shopPolicy } from './support/shop-policy.ts'
import {
  type Browser,
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

type Act = 'activate' | 'rollback' | 'rollback with recall' | 'recall' | 'remember' | 'use'

describe.each(backendNames)('Taking back reaches back, on %s', (backend) => {
  test('a grant lasts exactly as long as no recall covers its activation, however often it was rotated', async () => {
    const seen = createTally<'ended' | 'holds'>()
    await checkLaw(
      fc.array(
        fc.constantFrom<Act[]>(
          'activate',
          'activate',
          'rollback',
          'rollback with recall',
          'recall',
          'remember',
          'remember',
          'use',
        ),
        { minLength: 3, maxLength: 9 },
      ),
      async (acts) => {
        const here = await openWorld({ backend })
        world = here
        const history: Position[] = [await inForce(here)]
        const recalled = new Set<Position>()
        const grants: { browser: Browser; activation: Position }[] = []
        let versions = 0
        for (const act of acts) {
          const current = history.at(-1) as Position
          if (act === 'activate') {
            versions += 1
            await here.guard.operator.activate({ ...shopPolicy, name: `v${versions}` }, BY)
            history.push(await inForce(here))
          } else if (act === 'recall') {
            await here.guard.operator.recall(current, BY)
            recalled.add(current)
          } else if (act === 'remember') {
            const browser = await rememberedBrowser(here, `person-${grants.length}`)
            grants.push({ browser, activation: current })
          } else if (act !== 'use') {
            const to = history[0] as Position
            await here.guard.operator.rollback({
              ...BY,
              to,
              recall: act === 'rollback with recall',
            })
            if (act === 'rollback with recall')
              for (const one of history.slice(1)) recalled.add(one)
            history.push(await inForce(here))
          }
          // each in a new session: every look rotates
          for (const { browser, activation } of grants) {
            signInAgain(here, browser)
            const ended = recalled.has(activation)
            seen.add(ended ? 'ended' : 'holds')
            const outcome = outcomeOf(await browser.check('admin.tool'))
            expect(outcome, `after ${act}`).toBe(ended ? 'challenge' : 'opt-out')
          }
        }
        await here.close()
        world = undefined
      },
      backend === 'memory' ? 14 : 8,
    )
    expect(seen.of('ended')).toBeGreaterThan(2)
    expect(seen.of('holds')).toBeGreaterThan(5)
  })

  test('a recall that came while the browser was away, and an old copy of its cookie, help nobody', async () => {
    world = await openWorld({ backend })
    const browser = await rememberedBrowser(world)
    const copy = new Map(browser.cookies)
    signInAgain(world, browser)
    await browser.check('admin.tool')
    await world.guard.operator.recall(await inForce(world), BY)
    for (const cookies of [new Map(browser.cookies), copy]) {
      const thief = openBrowser(world, login('alice', crypto.randomUUID(), world.clock.now()))
      for (const [name, value] of cookies) thief.cookies.set(name, value)
      expect(outcomeOf(await thief.check('admin.tool'))).toBe('challenge')
    }
    expect(await world.guard.devices.list('alice')).toEqual([])
    // a step-up under the recalled activation is none: it proved something by itself
    expect(outcomeOf(await (await rememberedBrowser(world)).check('admin.tool'))).toBe('pass')
  })

  test('a credential event ends trust and evidence of before, of that subject alone, and none of after', async () => {
    const changes: CredentialChange[] = [
      'password-changed',
      'factor-removed',
      'signed-out-everywhere',
      'recovery-code-used',
    ]
    for (const change of changes) {
      const here = await openWorld({ backend })
      world = here
      const [alice, bob] = [
        await rememberedBrowser(here, 'alice'),
        await rememberedBrowser(here, 'bob'),
      ]
      const device = await rememberedBrowser(here, 'alice')
      signInAgain(here, device)
      expect(outcomeOf(await alice.check('admin.tool'))).toBe('pass')
      expect(outcomeOf(await device.check('admin.tool'))).toBe('opt-out')
      await here.guard.credentialChanged('alice', change)
      expect(outcomeOf(await alice.check('admin.tool')), change).toBe('challenge')
      expect(outcomeOf(await device.check('admin.tool')), change).toBe('challenge')
      expect(await here.guard.devices.list('alice')).toEqual([])
      expect(outcomeOf(await bob.check('admin.tool')), change).toBe('pass')
      signInAgain(here, bob)
      expect(outcomeOf(await bob.check('admin.tool')), change).toBe('opt-out')
      // what is proved afterwards counts, and carries nothing of before along
      await alice.stepUp(await alice.check('admin.tool'))
      expect(outcomeOf(await alice.check('admin.tool')), change).toBe('pass')
      signInAgain(here, alice)
      expect(outcomeOf(await alice.check('admin.tool')), change).toBe('challenge')
      await here.close()
      world = undefined
    }
  })

  test('devices that were taken back, all of a subject or everybody’s before a moment, help nobody; later ones do', async () => {
    const here = await openWorld({ backend })
    world = here
    const [alice, bob] = [
      await rememberedBrowser(here, 'alice'),
      await rememberedBrowser(here, 'bob'),
    ]
    const outcomes = async () => {
      const seen = []
      for (const browser of [alice, bob]) {
        signInAgain(here, browser)
        seen.push(outcomeOf(await browser.check('admin.tool')))
      }
      return seen
    }
    expect(await outcomes()).toEqual(['opt-out', 'opt-out'])
    await here.guard.devices.revokeAll('alice')
    expect(await outcomes()).toEqual(['challenge', 'opt-out'])
    expect(await here.guard.devices.list('alice')).toEqual([])
    here.clock.advance(1000)
    const later = await rememberedBrowser(here, 'carol')
    const moment = new Date(here.clock.now())
    await here.guard.devices.revokeBefore(new Date(moment.getTime() - 500), BY)
    expect(await outcomes()).toEqual(['challenge', 'challenge'])
    expect(await here.guard.devices.list('bob')).toEqual([])
    signInAgain(here, later)
    expect(outcomeOf(await later.check('admin.tool'))).toBe('opt-out')
    // neither an unsigned act nor one about what is to come changes anything
    const nobody = here.guard.devices.revokeBefore(moment, { by: '', why: 'x' })
    await expect(nobody).rejects.toMatchObject({ code: 'not_signed' })
    for (const to of [new Date(moment.getTime() + 60_000), new Date('soon')])
      await expect(here.guard.devices.revokeBefore(to, BY)).rejects.toMatchObject({
        code: 'moment_malformed',
      })
    expect(outcomeOf(await later.check('admin.tool'))).toBe('opt-out')
  })

  test('limits are the stricter of those at the time of the grant and now', async () => {
    const seen = createTally<'holds' | 'ended'>()
    const days = fc.constantFrom(2, 5, 9)
    await checkLaw(
      fc.record({
        before: days,
        idleBefore: days,
        now: days,
        idleNow: days,
        uses: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }),
      }),
      async ({ before, idleBefore, now, idleNow, uses }) => {
        const here = await openWorld({
          backend,
          guard: { policy: withLimits('before', before, idleBefore), maxStaleness: '24h' },
        })
        world = here
        const browser = await rememberedBrowser(here)
        await here.guard.operator.activate(withLimits('now', now, idleNow), BY)
        const overall = Math.min(before, now)
        const idle = Math.min(idleBefore, idleNow, overall)
        let age = 0
        for (const day of uses) {
          here.clock.advance(day * DAY_MS)
          age += day
          while (here.guard.health().stale) await new Promise((resolve) => setTimeout(resolve, 2))
          signInAgain(here, browser)
          const due = age <= overall && day <= idle
          seen.add(due ? 'holds' : 'ended')
          expect(outcomeOf(await browser.check('admin.tool')), `day ${age}`).toBe(
            due ? 'opt-out' : 'challenge',
          )
          if (!due) break
        }
        await here.close()
        world = undefined
      },
      backend === 'memory' ? 18 : 6,
    )
    expect(seen.of('holds')).toBeGreaterThan(3)
    expect(seen.of('ended')).toBeGreaterThan(3)
  })
})

function withLimits(name: string, overall: number, idle: number): object {
  const remembered = {
    ...shopPolicy.optOuts.remembered,
    overall: `${overall}d`,
    idle: `${Math.min(idle, overall)}d`,
  }
  return { ...shopPolicy, name, optOuts: { ...shopPolicy.optOuts, remembered } }
}

async function inForce({ guard }: World): Promise<Position> {
  const { activations } = await guard.operator.history()
  const current = activations.find((one) => one.inForce)
  if (current === undefined) throw new Error('no policy is in force')
  return current.activation
}
