// Law 8: a failure inside is a challenge at least, or 503, with an opaque body that bears the decision's id. Nothing
// is thrown at the app, and nothing of an error is told to a client.
import type { Checked, Detector, Identity, Reply } from '@countersign/core'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import type { Tampering } from './support/backends.ts'
import { checkLaw, createTally } from './support/check-law.ts'
import { strictness } from './support/outcome.ts'
import {
  type Browser,
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

const SECRET_WORDS = 'postgres://root:hunter2@db'

/** How something fails. */
type Failure = 'throws' | 'rejects' | 'rejects late' | 'throws no error' | 'garbage'
const failures: readonly Failure[] = [
  'throws',
  'rejects',
  'rejects late',
  'throws no error',
  'garbage',
]

function fail(how: Failure): never | Promise<never> {
  switch (how) {
    case 'throws':
      throw new Error(SECRET_WORDS)
    case 'throws no error':
      throw SECRET_WORDS
    case 'rejects':
      return Promise.reject(new Error(SECRET_WORDS))
    case 'rejects late':
      return new Promise((_, reject) => setTimeout(() => reject(new Error(SECRET_WORDS)), 5))
    case 'garbage':
      return Promise.resolve({ garbage: [] }) as never
  }
}

interface Broken {
  /** `store.read`, `audit.append`, …, with how it fails. */
  part: string | undefined
  how: Failure
}

/** Every method of every port, failing as told. */
function breakable(broken: Broken): Tampering {
  const wrap =
    (port: string) =>
    <Port extends object>(real: Port): Port =>
      new Proxy(real, {
        get(target, name) {
          const method = Reflect.get(target, name)
          if (typeof method !== 'function') return method
          return (...args: unknown[]) =>
            broken.part === `${port}.${String(name)}`
              ? fail(broken.how)
              : method.apply(target, args)
        },
      })
  return { feed: wrap('feed'), store: wrap('store'), audit: wrap('audit') }
}

const parts = [
  'store.read',
  'store.write',
  'store.addIfBelow',
  'store.list',
  'audit.append',
  'audit.head',
  'feed.append',
  'detector',
  'identity',
  'resource',
  'onDecision',
] as const

describe('Refusals are values, failures are strict', () => {
  test('whatever fails, a check answers: never looser than when all is well, and tells nothing', async () => {
    const seen = createTally<string>()
    const broken: Broken = { part: undefined, how: 'throws' }
    const detector: Detector = {
      code: 'malware',
      judge: () => (broken.part === 'detector' ? (fail(broken.how) as never) : { is: 'absent' }),
      observe: () =>
        void (broken.part === 'detector' && broken.how.startsWith('throws') && fail(broken.how)),
    }
    const here = await openWorld({
      tampering: breakable(broken),
      guard: {
        detectors: [detector],
        identity: ({ identity }) =>
          broken.part === 'identity' ? (fail(broken.how) as Promise<Identity>) : identity,
        onDecision: () =>
          void (
            broken.part === 'onDecision' &&
            broken.how.startsWith('throws') &&
            fail(broken.how)
          ),
      },
    })
    world = here
    await checkLaw(
      fc.record({
        part: fc.constantFrom(...parts),
        how: fc.constantFrom(...failures),
        action: fc.constantFrom(
          'view',
          'buy',
          'gift',
          'admin.tool',
          'office',
          'calm',
          'not.declared',
        ),
        navigates: fc.boolean(),
        remembered: fc.boolean(),
      }),
      async ({ part, how, action, navigates, remembered }) => {
        broken.part = undefined
        while (!here.guard.health().audit.ok) await new Promise((resolve) => setTimeout(resolve, 2))
        const subject = crypto.randomUUID()
        const twins = await Promise.all(
          [0, 1].map((n) => someBrowser(here, `${subject}-${n}`, remembered)),
        )
        const [well, ill] = twins as [Browser, Browser]
        const headers = navigates
          ? { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
          : {}
        const usual = outcomeOf(await well.check(action, { headers, resource: { amount: 5 } }))
        await here.log()
        broken.part = part
        broken.how = how
        const checked = await here.guard.check(ill.request({ headers }), action, () =>
          part === 'resource' ? unreadable(how) : { amount: 5 },
        )
        seen.add(`${part}: ${outcomeOf(checked)}`)
        broken.part = undefined
        expect(rank(checked), `${part} ${how}`).toBeGreaterThanOrEqual(
          usual === 'sign-in' ? 2 : strictness(usual as never),
        )
        if (part === 'identity') expect(checked.is).toBe('refuse')
        if (checked.is === 'refuse') expectOpaque(checked, navigates)
      },
      180,
    )
    expect(seen.of('identity: deny')).toBeGreaterThan(0)
    expect(seen.of('audit.append: challenge')).toBeGreaterThan(0)
    expect(seen.of('store.read: challenge')).toBeGreaterThan(0)
    expect(seen.of('resource: deny') + seen.of('resource: challenge')).toBeGreaterThan(0)
    expect(seen.of('onDecision: pass') + seen.of('onDecision: opt-out')).toBeGreaterThan(0)
  })

  test('a guard inside a guard answers as well where the resource cannot be read', async () => {
    world = await openWorld()
    const browser = openBrowser(world, login('alice', 's', world.clock.now()))
    const incoming = browser.request()
    const outer = await world.guard.check(incoming, 'view', () => unreadable('throws'))
    const inner = await world.guard.check(incoming, 'view', () => unreadable('throws'))
    const other = await world.guard.check(incoming, 'view', () => ({}))
    for (const checked of [outer, inner]) expect(statusOf(checked)).toBe(503)
    expect(['pass', 'deny']).toContain(outcomeOf(other))
  })

  test('a backend that cannot be opened is a 503, on every action and route', async () => {
    const here = await openWorld()
    world = here
    const browser = openBrowser(here, login('alice', 's', here.clock.now()))
    await here.guard.close()
    for (const checked of [
      await here.guard.check(browser.request(), 'view'),
      await here.guard.checkRoutes(browser.request({ method: 'GET', target: '/view/1' })),
      await here.guard.checkRoutes(browser.request({ method: 'GET', target: '/elsewhere' })),
    ]) {
      expect(statusOf(checked)).toBe(503)
      if (checked.is === 'refuse') expectOpaque(checked, false)
    }
  })

  test('a challenge cannot be completed, nor failed, while something fails; it is 503 or refused, and tells nothing', async () => {
    const seen = createTally<string>()
    const broken: Broken = { part: undefined, how: 'throws' }
    const here = await openWorld({
      tampering: breakable(broken),
      guard: {
        identity: ({ identity }) =>
          broken.part === 'identity' ? (fail(broken.how) as Promise<Identity>) : identity,
      },
    })
    world = here
    await checkLaw(
      fc.record({
        part: fc.constantFrom(
          'store.read',
          'store.write',
          'store.addIfBelow',
          'audit.append',
          'feed.append',
          'identity',
        ),
        how: fc.constantFrom(...failures),
        fails: fc.boolean(),
      }),
      async ({ part, how, fails }) => {
        broken.part = undefined
        while (!here.guard.health().audit.ok) await new Promise((resolve) => setTimeout(resolve, 2))
        const browser = openBrowser(here, login(crypto.randomUUID(), 's', here.clock.now()))
        const ticket = ticketOf(await browser.check('admin.tool'))
        const incoming = browser.request({ target: '/step-up' })
        const fields = { body: { ticket } }
        broken.part = part
        broken.how = how
        const reply: Reply = fails
          ? await here.guard.challenge.fail(incoming, fields)
          : await here.guard.challenge.complete(incoming, fields, {
              factors: [{ method: 'otp' }],
              rememberDevice: true,
            })
        broken.part = undefined
        seen.add(`${part} ${reply.status}`)
        expect([303, 400, 401, 503], `${part} ${how}`).toContain(reply.status)
        expect(JSON.stringify(reply)).not.toContain('hunter2')
        if (reply.status !== 303) {
          browser.keep(reply.cookies)
          expect(outcomeOf(await browser.check('admin.tool'))).toBe('challenge')
        }
      },
      100,
    )
    expect(seen.of('store.write 503')).toBeGreaterThan(0)
    expect(seen.of('store.read 503')).toBeGreaterThan(0)
  })
})

/** A resource is read at once; what is no attribute of it is unknown. */
function unreadable(how: Failure): unknown {
  return how.startsWith('throws') ? fail(how) : how
}

async function someBrowser(world: World, subject: string, remembered: boolean): Promise<Browser> {
  if (!remembered) return openBrowser(world, login(subject, `${subject}-1`, world.clock.now()))
  const browser = await rememberedBrowser(world, subject)
  signInAgain(world, browser)
  return browser
}

function rank(checked: Checked): number {
  const outcome = outcomeOf(checked)
  return outcome === 'sign-in' ? strictness('challenge') : strictness(outcome as never)
}

function statusOf(checked: Checked): number | undefined {
  return checked.is === 'refuse' ? checked.reply.status : undefined
}

function expectOpaque(
  { reply, decision }: Extract<Checked, { is: 'refuse' }>,
  navigates: boolean,
): void {
  expect([303, 401, 403, 503]).toContain(reply.status)
  expect(JSON.stringify(reply)).not.toContain('hunter2')
  expect(JSON.stringify(decision)).not.toContain('hunter2')
  expect(decision.id).toMatch(/^[0-9a-f-]{36}$/)
  if (reply.status === 303) return
  expect(reply.body?.text).toContain(decision.id)
  expect(reply.body?.type).toBe(navigates ? 'text/html; charset=utf-8' : 'application/problem+json')
}
