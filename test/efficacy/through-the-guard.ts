// The same logins and attacks through the whole guard: cookies, histories, challenges that people complete and attackers
// leave alone. Each session asks for one transfer.
import type { Detector } from '@countersign/core'
import {
  anonymousNetwork,
  createLoginHistory,
  impossibleTravel,
  ipChange,
  newNetwork,
  unfamiliarLogin,
  userAgentChange,
} from '@countersign/detectors'
import { compilePolicy, parsePolicy } from '@countersign/policy'
import { fakeClock } from '@countersign/testing'
import { type Browser, openBrowser, openShop } from '../../packages/core/test/support/shop.ts'
import { ATTACKERS, type Attacks, type Shown } from './attackers.ts'
import { forgetfulBackend } from './forgetful-backend.ts'
import type { Login } from './people.ts'
import type { Random } from './random.ts'
import { type Why, whyChallenged } from './why-challenged.ts'
import { addressIn, type World } from './world.ts'

export const GUARDED_ATTACKERS = [...ATTACKERS, 'session theft'] as const
export type GuardedAttacker = (typeof GUARDED_ATTACKERS)[number]

export interface Share {
  readonly all: number
  readonly some: number
}

export interface Guarded {
  /** Of the legitimate sessions, those that went ahead without a step-up. */
  readonly spared: Share
  /** The same of persons who had let a browser be remembered before. */
  readonly sparedOfRemembered: Share
  /** First sessions among all of half a year: they have no history and no device. */
  readonly first: Share
  /** By attacker, the attempts that were challenged. */
  readonly challenged: Readonly<Record<GuardedAttacker, Share>>
  /** Of each legitimate session that was challenged. */
  readonly why: readonly Why[]
}

const WARM_UP = 0.3
const OTHERS = 2_000
const HEARTBEAT_MS = 12 * 3_600_000
const ACTION = 'transfer.create'

interface Theft {
  readonly at: number
  readonly browser: Browser
  readonly victim: Login
}

export async function runThroughGuard(
  policy: string,
  logins: readonly Login[],
  world: World,
  attacks: Attacks,
  random: Random,
  attemptsEach: number,
): Promise<Guarded> {
  const first = logins[0]?.at ?? 0
  const clock = fakeClock(first - 1)
  const shop = openShop({
    clock,
    backend: forgetfulBackend(clock),
    compiled: compilePolicy(parsePolicy(policy)) as never,
    maxStaleness: '24h',
    detectors: detectorsOf(world).filter(({ code }) => policy.includes(code)),
  })
  await shop.guard.ready()
  const jars = new Map<object, Browser>()
  const remembered = new Set<number>()
  const last = new Map<number, Login>()
  const users = [...new Set(logins.map(({ user }) => user))]
  const thefts: Theft[] = []
  const warm = Math.floor(logins.length * WARM_UP)
  const chance = attemptsEach / Math.max(1, logins.length - warm)
  const why: Why[] = []
  const spared = { all: 0, some: 0 }
  const sparedOfRemembered = { all: 0, some: 0 }
  const challenged = Object.fromEntries(
    GUARDED_ATTACKERS.map((name) => [name, { all: 0, some: 0 }]),
  ) as Record<GuardedAttacker, { all: number; some: number }>
  let sessions = 0
  let heard = clock.now()

  async function waitUntil(at: number): Promise<void> {
    while (at - heard > HEARTBEAT_MS) {
      await shop.pass(HEARTBEAT_MS)
      heard = clock.now()
    }
    if (at > clock.now()) clock.advance(at - clock.now())
  }

  function signIn(user: number, jar: ReadonlyMap<string, string> = new Map()): Browser {
    sessions += 1
    const identity = {
      subject: `u${user}`,
      session: `s${sessions}`,
      acr: 'aal1',
      amr: ['pwd'],
      authTime: clock.now(),
    }
    return openBrowser(shop, identity, jar)
  }

  async function ask(browser: Browser, shown: Shown) {
    const checked = await browser.ask(ACTION, askingAs(shown))
    shop.decisions.length = 0
    return {
      stopped: checked.is !== 'proceed',
      risk: 'decision' in checked ? checked.decision.risk : undefined,
    }
  }

  async function legitimate(login: Login, measured: boolean): Promise<void> {
    const { device, user } = login
    const jar = device.keepsCookies ? jars.get(device)?.cookies : undefined
    const browser = signIn(user, jar)
    const before = {
      person: last.has(user),
      device: jars.has(device),
      cookie: browser.deviceCookie() !== undefined,
    }
    const { stopped, risk } = await ask(browser, login)
    if (measured) {
      count(spared, !stopped)
      if (remembered.has(user)) count(sparedOfRemembered, !stopped)
      if (stopped) why.push(whyChallenged(login, before, risk))
    }
    if (stopped) await prove(browser, login)
    if (browser.deviceCookie() !== undefined && device.keepsCookies) remembered.add(user)
    jars.set(device, browser)
    if (measured && random.chance(chance))
      thefts.push({
        at: login.at + 1_800_000 + random.below(36_000_000),
        browser: browser.copy(),
        victim: login,
      })
    last.set(user, login)
  }

  async function prove(browser: Browser, login: Login): Promise<void> {
    const ticket = await browser.ticketFor(ACTION, askingAs(login))
    const proof = { factors: [{ method: 'otp' }], rememberDevice: login.device.remembers }
    await browser.complete(ticket, proof, askingAs(login))
    shop.decisions.length = 0
  }

  async function steal({ at, browser, victim }: Theft, others: readonly Shown[]): Promise<void> {
    await waitUntil(at)
    const popular = random.pick(others).userAgent
    const country = world.lookUp(victim.address)?.country ?? 'NO'
    const far = random.chance(0.5) ? random.pick(world.countries) : country
    const shown = {
      address: addressIn(
        random,
        world.provider(random, far, random.chance(0.5) ? 'hosting' : 'home'),
      ),
      // kits that sell cookies sell the browser's name with them
      userAgent: random.chance(0.5) ? victim.userAgent : popular,
    }
    count(challenged['session theft'], (await ask(browser, shown)).stopped)
  }

  for (const [index, login] of logins.entries()) {
    const others = logins.slice(Math.max(0, index - OTHERS), index + 1)
    thefts.sort((a, b) => a.at - b.at)
    while (thefts[0] !== undefined && thefts[0].at <= login.at)
      await steal(thefts.shift() as Theft, others)
    await waitUntil(login.at)
    await legitimate(login, index >= warm)
    if (index < warm) continue
    for (const attacker of ATTACKERS) {
      if (!random.chance(chance)) continue
      const victim = last.get(random.pick(users))
      if (victim === undefined) continue
      const shown = attacks.attempt(random, attacker, victim, others)
      count(challenged[attacker], (await ask(signIn(victim.user), shown)).stopped)
    }
  }
  await shop.close()
  return {
    ...{ spared, sparedOfRemembered, challenged, why },
    first: { all: logins.length, some: users.length },
  }
}

function detectorsOf(world: World): readonly Detector[] {
  const history = createLoginHistory({ geography: world })
  return [
    unfamiliarLogin({ history }),
    newNetwork({ history }),
    impossibleTravel({ history }),
    userAgentChange(),
    ipChange({ geography: world }),
    anonymousNetwork({ geography: world }),
  ]
}

function count(share: { all: number; some: number }, is: boolean): void {
  share.all += 1
  if (is) share.some += 1
}

function askingAs({ address, userAgent }: Shown) {
  return { peer: address, headers: { 'user-agent': userAgent }, resource: {} }
}
