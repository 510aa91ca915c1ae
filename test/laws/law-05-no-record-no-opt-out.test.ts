// Law 5: an opt-out is honoured once its audit record is durable; else the person is challenged.
import type { AuditLog } from '@countersign/core'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { backendNames } from './support/backends.ts'
import { checkLaw, createTally } from './support/check-law.ts'
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

/** What becomes of the next appends, in this order; afterwards all is well. */
type Fate = 'kept' | 'refused' | 'kept, but the reply is lost' | 'refused, and the head as well'

function fatedAudit(fates: Fate[]): (audit: AuditLog) => AuditLog {
  let headless = 0
  return (audit) => ({
    async append(chain, batch) {
      const fate = fates.shift() ?? 'kept'
      if (fate.startsWith('refused, and')) headless = 1
      if (fate.startsWith('refused')) throw new Error('the disk is full')
      await audit.append(chain, batch)
      if (fate !== 'kept') throw new Error('the reply was lost')
    },
    async head(chain) {
      if (headless-- > 0) throw new Error('the disk is gone')
      return await audit.head(chain)
    },
    read: (query) => audit.read(query),
    close: () => audit.close(),
  })
}

describe.each(backendNames)('No record, no opt-out, on %s', (backend) => {
  test('whatever becomes of the log, no opt-out is honoured without its record', async () => {
    const seen = createTally<string>()
    const fates: Fate[] = []
    const here = await openWorld({ backend, tampering: { audit: fatedAudit(fates) } })
    world = here
    await checkLaw(
      fc.array(
        fc.record({
          fate: fc.constantFrom<Fate[]>(
            'kept',
            'refused',
            'kept, but the reply is lost',
            'refused, and the head as well',
          ),
          action: fc.constantFrom('calm', 'office', 'buy'),
        }),
        { minLength: 1, maxLength: 4 },
      ),
      async (requests) => {
        const browser = openBrowser(here, login(crypto.randomUUID(), 's', here.clock.now()))
        const honoured: string[] = []
        for (const { fate, action } of requests) {
          while (!here.guard.health().audit.ok)
            await new Promise((resolve) => setTimeout(resolve, 5))
          await here.log()
          fates.push(fate)
          const checked = await browser.check(action, { peer: '10.0.0.1', resource: { amount: 5 } })
          expect(['opt-out', 'challenge']).toContain(outcomeOf(checked))
          seen.add(`${fate}: ${outcomeOf(checked)}`)
          if (checked.is !== 'proceed') continue
          honoured.push(checked.decision.id)
          // at this very moment, not some time later
          expect(await records(here, checked.decision.id)).toContain('opt-out')
        }
        fates.length = 0
        for (const id of honoured) expect(await records(here, id)).toEqual(['opt-out'])
      },
      15,
    )
    expect(seen.of('kept: opt-out')).toBeGreaterThan(3)
    expect(seen.of('refused: challenge')).toBeGreaterThan(3)
    expect(seen.of('refused: opt-out')).toBe(0)
    expect(seen.of('refused, and the head as well: opt-out')).toBe(0)
  })

  test('while the log hangs nothing goes on; once it fails the person is challenged', async () => {
    let release: (() => void) | undefined
    const hanging = (audit: AuditLog): AuditLog => ({
      append: (chain, batch) =>
        release === undefined
          ? audit.append(chain, batch)
          : new Promise((_, reject) => {
              release = () => reject(new Error('the disk came back without it'))
            }),
      head: (chain) => audit.head(chain),
      read: (query) => audit.read(query),
      close: () => audit.close(),
    })
    world = await openWorld({ backend, tampering: { audit: hanging } })
    const browser = await rememberedBrowser(world)
    signInAgain(world, browser)
    release = () => undefined
    let settled: string | undefined
    const asked = browser.check('admin.tool').then((checked) => {
      settled = outcomeOf(checked)
      return checked
    })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(settled).toBeUndefined()
    release()
    const checked = await asked
    expect(outcomeOf(checked)).toBe('challenge')
    if (checked.is === 'refuse')
      expect(checked.decision.reasons.map(({ code }) => code)).toContain('audit_unavailable')
    release = undefined
  })

  test('no record, no remembered device either', async () => {
    const fates: Fate[] = []
    world = await openWorld({ backend, tampering: { audit: fatedAudit(fates) } })
    const browser = openBrowser(world, login('alice', 's', world.clock.now()))
    const challenged = await browser.check('admin.tool')
    await world.log()
    fates.push('refused', 'refused', 'refused')
    const reply = await browser.stepUp(challenged, {
      factors: [{ method: 'otp' }],
      rememberDevice: true,
    })
    expect(reply?.status).toBe(303)
    expect([...browser.cookies.keys()].filter((name) => name.startsWith('__Host-device-'))).toEqual(
      [],
    )
    // the challenge itself was met
    expect(outcomeOf(await browser.check('admin.tool'))).toBe('pass')
  })
})

/** The outcomes recorded under a decision's id, read from the log behind the guard's back. */
async function records(world: World, id: string): Promise<string[]> {
  const outcomes: string[] = []
  for await (const { entry } of world.backend.parts().audit.read({ decision: id }))
    outcomes.push(String(entry['outcome']))
  return outcomes
}
