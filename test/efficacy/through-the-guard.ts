// The same logins and attacks through the whole guard: cookies, histories, challenges that people complete and attackers
// leave alone. Each session asks for one transfer.
import {
  anonymousNetwork,
  createLoginHistory,
  impossibleTravel,
  ipChange,
  unfamiliarLogin,
  userAgentChange,
} from '@countersign/detectors'
import { compilePolicy, parsePolicy } from '@countersign/policy'
import { fakeClock } from '@countersign/testing'
import { type Browser, openBrowser, openShop } from '../../packages/core/test/support/shop.ts'
import { ATTACKERS, type Attacks, type Shown } from './attackers.ts'
import type { Login } from './people.ts'
import type { Random } from './random.ts'
import { addressIn, type World } from './world.ts'

export const GUARDED_ATTACKERS = [...ATTACKERS, 'session theft'] as const
export type GuardedAttacker = (typeof GUARDED_ATTACKERS)[number]

export interface Guarded {
  /** Of the legitimate sessions: how many, and how many went ahead without a step-up. */
  readonly legitimate: { readonly sessions: number; readonly spared: number }
  readonly attacks: Readonly<
    Record<GuardedAttacker, { readonly tried: number; readonly challenged: number }>
  >
  /** Why legitimate sessions were challenged: by what was true of them. */
  readonly why: ReadonlyMap<string, number>
}

export const RISK_POLICY = `
countersign: 1
name: efficacy
assurance: { levels: [{ acr: aal1, amr: [[pwd]] }, { acr: aal2, amr: [[pwd, otp]] }] }
actions: { transfer.create: {} }
threatModels:
  account-takeover:
    bias: -3
    signals:
      unfamiliar-login: 3
      new-device: 2.2
      user-agent-change: 3
      ip-change: 3
      impossible-travel: 2
      anonymous-network: 2.5
      cold-start: 1
    levels: { MEDIUM: 0.35, HIGH: 0.7 }
segments: { everyone: { threatModel: account-takeover } }
optOuts:
  remembered-device: { kind: trusted-device, overall: 90d, idle: 45d, riskBelow: MEDIUM }
  calm: { kind: low-risk, until: 2026-12-31, riskBelow: MEDIUM }
rules:
  - { id: money-out, actions: [transfer.create], require: { acr: aal2, maxAge: 15m }, optOuts: [remembered-device, calm] }
`

/** The baseline: whoever has the cookie is let through. */
export const COOKIE_POLICY = `
countersign: 1
name: cookie
assurance: { levels: [{ acr: aal1, amr: [[pwd]] }, { acr: aal2, amr: [[pwd, otp]] }] }
actions: { transfer.create: {} }
threatModels:
  none: { bias: -9, signals: {}, levels: { MEDIUM: 0.9, HIGH: 0.95 } }
segments: { everyone: { threatModel: none } }
optOuts:
  remembered-device: { kind: trusted-device, overall: 90d, idle: 45d, riskBelow: HIGH }
rules:
  - { id: money-out, actions: [transfer.create], require: { acr: aal2, maxAge: 15m }, optOuts: [remembered-device] }
`

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
  const history = createLoginHistory({ geography: world })
  const first = logins[0]?.at ?? 0
  const clock = fakeClock(first - 1)
  const shop = openShop({
    clock,
    compiled: compilePolicy(parsePolicy(policy)) as never,
    maxStaleness: '24h',
    detectors: [
      unfamiliarLogin({ history, from: 0.02, full: 20 }),
      impossibleTravel({ history }),
      userAgentChange(),
      ipChange({ geography: world }),
      anonymousNetwork({ geography: world }),
    ],
  })
  await shop.guard.ready()
  const jars = new Map<object, Browser>()
  const last = new Map<number, Login>()
  const users = [...new Set(logins.map(({ user }) => user))]
  const thefts: Theft[] = []
  const warm = Math.floor(logins.length * WARM_UP)
  const chance = attemptsEach / Math.max(1, logins.length - warm)
  const why = new Map<string, number>()
  const counts = { sessions: 0, spared: 0 }
  const tried = Object.fromEntries(
    GUARDED_ATTACKERS.map((name) => [name, { tried: 0, challenged: 0 }]),
  ) as Record<GuardedAttacker, { tried: number; challenged: number }>
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

  async function ask(
    browser: Browser,
    shown: Shown,
  ): Promise<{ challenged: boolean; level: string }> {
    const checked = await browser.ask(ACTION, askingAs(shown))
    const level = 'decision' in checked ? (checked.decision.risk?.upper ?? 'none') : 'none'
    return { challenged: checked.is !== 'proceed', level }
  }

  async function legitimate(login: Login, measured: boolean): Promise<void> {
    const { device, user } = login
    const known = device.keepsCookies ? jars.get(device)?.cookies : undefined
    const browser = signIn(user, known)
    const hadCookie = browser.deviceCookie() !== undefined
    const { challenged, level } = await ask(browser, login)
    if (measured) {
      counts.sessions += 1
      if (!challenged) counts.spared += 1
      else {
        const reason = reasonOf(last.has(user), hadCookie, level)
        why.set(reason, (why.get(reason) ?? 0) + 1)
      }
    }
    if (challenged) {
      const ticket = await browser.ticketFor(ACTION, askingAs(login))
      await browser.complete(
        ticket,
        { factors: [{ method: 'otp' }], rememberDevice: device.remembers },
        askingAs(login),
      )
    }
    jars.set(device, browser)
    if (measured && random.chance(chance))
      thefts.push({
        at: login.at + 1_800_000 + random.below(36_000_000),
        browser: browser.copy(),
        victim: login,
      })
    last.set(user, login)
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
    const { challenged } = await ask(browser, shown)
    tried['session theft'].tried += 1
    if (challenged) tried['session theft'].challenged += 1
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
      const { challenged } = await ask(signIn(victim.user), shown)
      tried[attacker].tried += 1
      if (challenged) tried[attacker].challenged += 1
    }
  }
  await shop.close()
  return { legitimate: counts, attacks: tried, why }
}

function askingAs({ address, userAgent }: Shown) {
  return { peer: address, headers: { 'user-agent': userAgent }, resource: {} }
}

function reasonOf(known: boolean, hadCookie: boolean, level: string): string {
  if (!known) return 'the first session of a person'
  if (!hadCookie)
    return 'no device cookie: a new browser, one that keeps none, or one that was not to be remembered'
  return level === 'LOW'
    ? 'a device cookie that had ended'
    : `a device cookie, at a risk of ${level}`
}
