// Law 12: what instances append by themselves only tightens: revocations, signals, suspensions. Loosening is signed.
import {
  createState,
  type Detector,
  type Feed,
  type FeedEntry,
  type FeedEvent,
  type Position,
} from '@countersign/core'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { backendNames, type Tampering } from './support/backends.ts'
import { checkLaw, createTally } from './support/check-law.ts'
import { shopPolicy } from './support/shop-policy.ts'
import {
  type Browser,
  login,
  openBrowser,
  openWorld,
  signInAgain,
  ticketOf,
  type World,
} from './support/world.ts'

let world: World | undefined
afterEach(async () => {
  await world?.close()
  world = undefined
})

const ACTIONS = Object.keys(shopPolicy.actions)

type Step =
  | { is: 'ask'; who: number; action: string; method: string }
  | { is: 'step up' | 'remember' | 'sign in again' | 'replay' | 'guess'; who: number }
  | { is: 'observe'; who: number; share: number; forMs: number }
  | { is: 'wait'; ms: number }

const who = fc.nat({ max: 2 })
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof<fc.Arbitrary<Step>[]>(
    fc.record({
      is: fc.constant('ask' as const),
      who,
      action: fc.constantFrom(...ACTIONS),
      method: fc.constantFrom('GET', 'POST'),
    }),
    fc.record({
      is: fc.constantFrom(
        'step up',
        'remember',
        'remember',
        'sign in again',
        'replay',
        'guess' as const,
      ),
      who,
    }),
    fc.record({
      is: fc.constant('observe' as const),
      who,
      share: fc.constantFrom(1, 0.5, 0.1, 0, -1, Number.NaN),
      forMs: fc.constantFrom(60_000, 3_600_000, 0, Number.NaN),
    }),
    fc.record({ is: fc.constant('wait' as const), ms: fc.constantFrom(1_000, 120_000) }),
  ),
  { minLength: 6, maxLength: 16 },
)

describe.each(backendNames)('Loosening takes authority, on %s', (backend) => {
  test('whatever is asked of an instance, what it appends by itself only tightens', async () => {
    const seen = createTally<string>()
    await checkLaw(
      steps,
      async (run) => {
        const events: FeedEvent[] = []
        let observed: { share: number; forMs: number } | undefined
        const detector: Detector = {
          code: 'malware',
          judge: () => ({ is: 'absent' }),
          observe(_, emit) {
            if (observed !== undefined) emit({ code: 'malware', ...observed })
            observed = undefined
          },
        }
        const here = await openWorld({
          backend,
          tampering: listening(events),
          guard: { detectors: [detector], maxStaleness: '24h' },
        })
        world = here
        const started = events.length
        const browsers = ['alice', 'alice', 'bob'].map((subject, n) =>
          openBrowser(here, login(subject, `s${n}`, here.clock.now())),
        )
        const copies = browsers.map(() => new Map<string, string>())
        for (const step of run) {
          if (step.is === 'wait') here.clock.advance(step.ms)
          else if (step.is === 'observe') {
            observed = { share: step.share, forMs: step.forMs }
            await browsers[step.who]?.check('view')
          } else
            await take(
              here,
              step,
              browsers[step.who] as Browser,
              copies[step.who] as Map<string, string>,
            )
        }
        // what was sent beside the path has arrived once this has
        await here.guard.signal({ code: 'closed', about: { subject: 'nobody' } })
        expect(events.slice(0, started).map(({ topic }) => topic)).toEqual(['policy'])
        expectTighter(events.slice(started, -1), here.clock.now(), seen)
        await here.close()
        world = undefined
      },
      backend === 'memory' ? 30 : 6,
    )
    if (backend === 'memory') {
      expect(seen.of('signal')).toBeGreaterThan(10)
      expect(seen.of('revocation')).toBeGreaterThan(0)
    }
  })

  test('activation, rollback and the lifting of a suspension are signed, or refused', async () => {
    const events: FeedEvent[] = []
    world = await openWorld({ backend, tampering: listening(events) })
    const { operator } = world.guard
    const signed = { by: 'olga', why: 'a drill' }
    await operator.suspend('opt-outs', signed)
    const before = events.length
    for (const unsigned of [
      { by: '', why: 'x' },
      { by: 'x', why: ' ' },
      { by: 'x' },
      { by: 1, why: 2 },
      {},
    ] as never[]) {
      await expect(operator.activate({ ...shopPolicy, name: 'other' }, unsigned)).rejects.toThrow()
      await expect(operator.rollback(unsigned)).rejects.toThrow()
      await expect(operator.resume('opt-outs', unsigned)).rejects.toThrow()
    }
    expect(events).toHaveLength(before)
    await operator.activate({ ...shopPolicy, name: 'other' }, signed)
    await operator.resume('opt-outs', signed)
    expect(events.slice(before).map(({ by, why }) => ({ by, why }))).toEqual([signed, signed])
    const changes = (await world.log()).filter(({ type }) => type === 'change')
    expect(changes.filter(({ by }) => by === 'olga')).toHaveLength(3)
  })
})

function listening(events: FeedEvent[]): Tampering {
  return {
    feed: (feed): Feed => ({
      async append(event, expect) {
        const result = await feed.append(event, expect)
        if (result.ok) events.push(structuredClone(event))
        return result
      },
      follow: (...args) => feed.follow(...args),
      saveSnapshot: (...args) => feed.saveSnapshot(...args),
      close: () => feed.close(),
    }),
  }
}

async function take(
  here: World,
  step: Extract<Step, { who: number }>,
  browser: Browser,
  copy: Map<string, string>,
): Promise<void> {
  switch (step.is) {
    case 'ask':
      await browser.check(step.action, { method: step.method, resource: { amount: 5 } })
      return
    case 'step up':
    case 'remember': {
      const rememberDevice = step.is === 'remember'
      await browser.stepUp(await browser.check('admin.tool'), {
        factors: [{ method: 'otp' }],
        rememberDevice,
      })
      for (const [name, value] of browser.cookies) copy.set(name, value)
      return
    }
    case 'sign in again':
      signInAgain(here, browser)
      return
    case 'replay': {
      // somebody else has a copy of the cookies, and uses it well after the owner did
      signInAgain(here, browser)
      await browser.check('admin.tool')
      here.clock.advance(120_000)
      const thief = openBrowser(
        here,
        login(browser.identity?.subject ?? '', crypto.randomUUID(), here.clock.now()),
      )
      for (const [name, value] of copy) thief.cookies.set(name, value)
      await thief.check('admin.tool')
      return
    }
    case 'guess': {
      const ticket = ticketOf(await browser.check('admin.tool'))
      await here.guard.challenge.fail(browser.request({ target: '/step-up' }), { body: { ticket } })
    }
  }
}

/** Folds them one by one: no event may leave anything of a signal weaker, or ending earlier, than it was. */
function expectTighter(
  events: readonly FeedEvent[],
  now: number,
  seen: { add(name: string): void },
): void {
  const state = createState({ now: () => now })
  let sequence = 0
  for (const event of events) {
    seen.add(event.topic)
    expect(event.by).toBe('countersign')
    expect(['revocation', 'signal', 'switch']).toContain(event.topic)
    if (event.topic === 'switch') expect(event.data.kind).toBe('suspend')
    sequence += 1
    const entry: FeedEntry = { position: `1:${sequence}` as Position, event }
    if (event.topic !== 'signal') {
      state.apply({ events: [entry], position: entry.position, confirmedAt: 0 })
      continue
    }
    const { code, about } = event.data
    // one that is no number counts in full
    expect(event.data.share <= 0).toBe(false)
    const before = state.signal(code, about, event.at)
    state.apply({ events: [entry], position: entry.position, confirmedAt: 0 })
    const after = state.signal(code, about, event.at)
    expect(after?.share ?? 0).toBeGreaterThanOrEqual(before?.share ?? 0)
    expect(after?.until ?? 0).toBeGreaterThanOrEqual(before?.until ?? 0)
  }
}
