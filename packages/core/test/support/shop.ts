// A shop without a framework: the real engine on the memory backend, a clock that stands still, browsers with cookies.
import { type FakeClock, fakeClock } from '../../../testing/src/fake-clock.ts'
import type { OpenChallenge } from '../../src/challenge/open-challenge.ts'
import type { Proof } from '../../src/challenge/proof.ts'
import type { Decision } from '../../src/decide/decision.ts'
import { DEVICE_COOKIE_PREFIX } from '../../src/device/device-cookie-name.ts'
import { EVIDENCE_COOKIE } from '../../src/evidence/evidence.ts'
import type { Checked, Incoming, Mode } from '../../src/guard/checked.ts'
import { createGuardCore, type GuardCore } from '../../src/guard/create-guard-core.ts'
import type { GuardOptions, Platform } from '../../src/guard/guard-options.ts'
import type { Identity } from '../../src/identity/identity.ts'
import type { CompiledPolicy } from '../../src/policy/compiled-policy.ts'
import type { Reply } from '../../src/reply/reply.ts'
import { type Cookie, serializeCookie } from '../../src/request/serialize-cookie.ts'
import { buildPolicy } from './build-policy.ts'
import { type FaultyBackend, faultyBackend } from './faulty-backend.ts'

/** The native request of this shop: the login that the app's own session names, or a function that fails. */
export interface Native {
  readonly login: Identity | undefined | (() => never)
}

export interface Logged {
  readonly level: 'info' | 'warn' | 'error'
  readonly message: string
}

export interface Shop {
  readonly guard: GuardCore<Native>
  readonly clock: FakeClock
  readonly backend: FaultyBackend
  readonly decisions: Decision[]
  readonly logged: Logged[]
  /** Time passes, and the feed is heard from again. */
  pass(ms: number): Promise<void>
  close(): Promise<void>
}

export interface ShopOptions extends Partial<GuardOptions<Native>> {
  readonly compiled?: CompiledPolicy
  readonly clock?: FakeClock
  readonly backendOf?: FaultyBackend
}

export const SECRET = 'a secret of the shop, long enough to be one'
export const OLDER_SECRET = 'the secret of the shop before the last one'

export function platformOf(fallback: CompiledPolicy = buildPolicy({ name: 'built-in' })): Platform {
  return {
    defaultBackend: () => {
      throw new Error('tests bring their own backend')
    },
    compilePolicy: (policy) => policy as CompiledPolicy,
    readPolicy: (path) => {
      throw new Error(`no file ${path}`)
    },
    defaultPolicy: () => fallback,
  }
}

export function openShop({
  compiled,
  clock: given,
  backendOf,
  ...options
}: ShopOptions = {}): Shop {
  const clock = given ?? fakeClock()
  const backend = backendOf ?? faultyBackend(clock)
  const decisions: Decision[] = []
  const logged: Logged[] = []
  const log = (level: Logged['level']) => (_: object, message: string) =>
    void logged.push({ level, message })
  const guard = createGuardCore<Native>(
    {
      identity: ({ login }) => (typeof login === 'function' ? login() : login),
      secret: SECRET,
      policy: compiled ?? buildPolicy(),
      challengePath: '/step-up',
      loginPath: '/login',
      logoutPath: '/logout',
      publicOrigin: 'https://shop.example',
      backend: backend.source,
      maxStaleness: '10s',
      onDecision: (decision) => void decisions.push(decision),
      logger: { info: log('info'), warn: log('warn'), error: log('error') },
      ...options,
    },
    platformOf(),
  )
  return {
    guard,
    clock,
    backend,
    decisions,
    logged,
    async pass(ms) {
      clock.advance(ms)
      // the feed confirms at once where something is appended; its heartbeat would take a second of real time
      await guard.signal({ code: 'tick', about: { address: '192.0.2.255' } })
    },
    close: () => guard.close(),
  }
}

export interface Asking {
  readonly method?: string
  readonly target?: string
  readonly resource?: unknown
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly mode?: Mode
  /** The object that stands for the request. @default a new one */
  readonly slot?: object
  readonly peer?: string
}

export interface Browser {
  login: Native['login']
  readonly cookies: Map<string, string>
  /** Cookies as they are now, in another jar: a copy, or another browser. */
  copy(): Browser
  incoming(asking?: Asking): Incoming<Native>
  ask(action: string, asking?: Asking): Promise<Checked>
  /** The outcome in a word, with the reason codes. */
  outcome(action: string, asking?: Asking): Promise<string>
  open(ticket: unknown, asking?: Asking): Promise<OpenChallenge | undefined>
  complete(ticket: unknown, proof: Proof, asking?: Asking): Promise<Reply>
  fail(ticket: unknown, page?: string, asking?: Asking): Promise<Reply>
  /** Asks, and answers with the ticket of the challenge. */
  ticketFor(action: string, asking?: Asking): Promise<string>
  /** Asks, and completes the challenge that comes of it. */
  stepUp(proof?: Partial<Proof>, action?: string, asking?: Asking): Promise<Reply>
  deviceCookie(): string | undefined
  evidenceCookie(): string | undefined
}

const SAME_ORIGIN = {
  'sec-fetch-site': 'same-origin',
  'sec-fetch-mode': 'cors',
  'sec-fetch-dest': 'empty',
}

export const NAVIGATION = {
  'sec-fetch-site': 'same-origin',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
}

export const AMOUNT = { amount: 500, payee: 'landlord' }

export function openBrowser(
  shop: Pick<Shop, 'guard' | 'clock'>,
  login?: Native['login'],
  jar: ReadonlyMap<string, string> = new Map(),
): Browser {
  const cookies = new Map(jar)
  const { guard } = shop

  function take(set: readonly Cookie[]): void {
    for (const cookie of set) {
      serializeCookie(cookie) // as an adapter does: it throws where the cookie cannot be sent
      if (cookie.maxAgeSeconds <= 0) cookies.delete(cookie.name)
      else cookies.set(cookie.name, cookie.value)
    }
  }

  function incoming(asking: Asking = {}): Incoming<Native> {
    const header = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers: Record<string, string | undefined> = {
      ...SAME_ORIGIN,
      ...(header === '' ? {} : { cookie: header }),
      ...asking.headers,
    }
    return {
      request: { login: browser.login },
      slot: asking.slot ?? {},
      reader: {
        method: () => asking.method ?? 'POST',
        target: () => asking.target ?? '/transfer',
        header: (name) => headers[name],
        peerAddress: () => asking.peer ?? '203.0.113.7',
      },
    }
  }

  const browser: Browser = {
    login,
    cookies,
    copy: () => openBrowser(shop, browser.login, cookies),
    incoming,
    async ask(action, asking = {}) {
      const { resource = AMOUNT, mode } = asking
      const checked = await guard.check(incoming(asking), action, () => resource, mode)
      if (checked.is === 'proceed') take(checked.edits.cookies)
      if (checked.is === 'refuse') take(checked.reply.cookies)
      return checked
    },
    outcome: async (action, asking) => describe(await browser.ask(action, asking)),
    open: (ticket, asking) => guard.challenge.open(incoming(asking), { body: { ticket } }),
    async complete(ticket, proof, asking) {
      const reply = await guard.challenge.complete(incoming(asking), { body: { ticket } }, proof)
      take(reply.cookies)
      return reply
    },
    async fail(ticket, page, asking) {
      const reply = await guard.challenge.fail(incoming(asking), { body: { ticket } }, page)
      take(reply.cookies)
      return reply
    },
    ticketFor: async (action, asking) => ticketOf(await browser.ask(action, asking)),
    async stepUp(proof = {}, action = 'transfer.create', asking = {}) {
      const ticket = await browser.ticketFor(action, asking)
      return await browser.complete(ticket, { factors: [{ method: 'otp' }], ...proof })
    },
    deviceCookie: () => [...cookies.keys()].find((name) => name.startsWith(DEVICE_COOKIE_PREFIX)),
    evidenceCookie: () => cookies.get(EVIDENCE_COOKIE),
  }
  return browser
}

/** Signed in with a password, now. */
export function passwordLogin(
  { clock }: Pick<Shop, 'clock'>,
  subject = 'alice',
  session: string | undefined = `${subject}-1`,
): Identity {
  return { subject, session, authTime: clock.now(), acr: 'aal1', amr: ['pwd'] }
}

export function ticketOf(checked: Checked): string {
  if (checked.is !== 'refuse') throw new Error(`no refusal: ${describe(checked)}`)
  const { decision } = checked
  const url =
    decision.outcome === 'challenge' && decision.need === 'step-up'
      ? decision.challengeUrl
      : undefined
  if (url === undefined) throw new Error(`no ticket: ${describe(checked)}`)
  return ticketIn(url)
}

export function ticketIn(url: string): string {
  return new URL(url, 'https://shop.example').searchParams.get('ticket') ?? ''
}

/** `opt-out remembered`, `challenge acr_too_low`, `deny failure failure`, `deferred device`. */
export function describe(checked: Checked): string {
  if (checked.is === 'unguarded' || checked.is === 'preflight') return checked.is
  if (checked.is === 'deferred') return `deferred ${checked.to}`
  const { decision } = checked
  const codes = decision.reasons.map(({ code }) => code).join(' ')
  switch (decision.outcome) {
    case 'pass':
      return 'pass'
    case 'opt-out':
      return `opt-out ${decision.optOuts.join(' ')}`
    case 'challenge':
      return `challenge ${codes}`
    case 'deny':
      return `deny ${decision.because} ${codes}`
  }
}

/** Why an opt-out did not hold. */
export function whyNot(checked: Checked, optOut: string): string | undefined {
  if (checked.is !== 'refuse') return undefined
  return checked.decision.checks.find((check) => check.optOut === optOut)?.why
}

export function header(reply: Reply, name: string): string | undefined {
  return reply.headers.find(([one]) => one === name)?.[1]
}
