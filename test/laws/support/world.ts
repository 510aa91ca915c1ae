// A guard with its surroundings: clock, backend, people and their browsers.
import {
  type AuditEntry,
  type Checked,
  type Cookie,
  createGuardCore,
  type GuardCore,
  type GuardOptions,
  type Identity,
  type Incoming,
  type Logger,
  type Mode,
  type Proof,
  type Reply,
} from '@countersign/core'
import { nodePlatform } from '@countersign/node'
import { type FakeClock, fakeClock } from '@countersign/testing'
import {
  type BackendName,
  type TamperedBackend,
  type Tampering,
  tamperedBackend,
} from './backends.ts'
import { shopPolicy } from './shop-policy.ts'

export const SECRET = 'a secret of the laws that is long enough'

/** A native request of a framework that does not exist. */
export interface Request {
  readonly identity: Identity | undefined
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly peer: string | undefined
}

export interface WorldOptions {
  readonly backend?: BackendName
  readonly tampering?: Tampering
  readonly clock?: FakeClock
  readonly guard?: Partial<GuardOptions<Request>>
}

export interface World {
  readonly clock: FakeClock
  readonly guard: GuardCore<Request>
  readonly backend: TamperedBackend
  /** Every entry of the audit log, in order, as it came back from there. */
  log(): Promise<AuditEntry[]>
  close(): Promise<void>
}

const FLUSH = 'flush'

export const silent: Logger = { info: nothing, warn: nothing, error: nothing }

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const clock = options.clock ?? fakeClock()
  const backend = tamperedBackend(options.backend ?? 'memory', clock, options.tampering ?? {})
  const guard = createGuardCore<Request>(
    {
      identity: ({ identity }) => identity,
      secret: SECRET,
      policy: shopPolicy,
      challengePath: '/step-up',
      publicOrigin: 'https://shop.example',
      backend: backend.source,
      logger: silent,
      ...options.guard,
    },
    nodePlatform,
  )
  await guard.ready()
  return {
    clock,
    guard,
    backend,
    async log() {
      // what was noted before it is durable once this is; where the log fails, what is there is there
      await guard.feedback(FLUSH, 'legitimate').catch(() => undefined)
      const entries: AuditEntry[] = []
      for await (const { entry } of backend.parts().audit.read({}))
        if (entry['decision'] !== FLUSH) entries.push(entry)
      return entries
    },
    async close() {
      await guard.close()
      backend.remove()
    },
  }
}

export interface Asking {
  readonly method?: string
  readonly target?: string
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly peer?: string | undefined
  readonly resource?: unknown
  readonly mode?: Mode
  /** The object that stands for the request; a new one unless guards are nested. */
  readonly slot?: object
}

/** A browser with its cookies, and who is signed in there. */
export interface Browser {
  identity: Identity | undefined
  readonly cookies: Map<string, string>
  request(asking?: Asking): Incoming<Request>
  check(action: string, asking?: Asking): Promise<Checked>
  /** Answers a challenge. `false`: there was none to answer. */
  stepUp(checked: Checked, proof?: Proof, asking?: Asking): Promise<Reply | undefined>
  keep(cookies: readonly Cookie[]): void
}

export function openBrowser(world: World, identity: Identity | undefined): Browser {
  const cookies = new Map<string, string>()
  const browser: Browser = {
    identity,
    cookies,
    request(asking = {}) {
      const headers = {
        'sec-fetch-site': 'same-origin',
        ...(cookies.size === 0
          ? {}
          : { cookie: [...cookies].map(([k, v]) => `${k}=${v}`).join('; ') }),
        ...asking.headers,
      }
      const peer = 'peer' in asking ? asking.peer : '192.0.2.7'
      const request: Request = {
        identity: browser.identity,
        method: asking.method ?? 'POST',
        target: asking.target ?? '/',
        headers,
        peer,
      }
      return {
        request,
        slot: asking.slot ?? {},
        reader: {
          method: () => request.method,
          target: () => request.target,
          header: (name) => request.headers[name],
          peerAddress: () => request.peer,
        },
      }
    },
    async check(action, asking = {}) {
      const checked = await world.guard.check(
        browser.request(asking),
        action,
        () => asking.resource,
        asking.mode,
      )
      if (checked.is === 'proceed') browser.keep(checked.edits.cookies)
      if (checked.is === 'refuse') browser.keep(checked.reply.cookies)
      return checked
    },
    async stepUp(checked, proof = { factors: [{ method: 'otp' }] }, asking = {}) {
      const ticket = ticketOf(checked)
      if (ticket === undefined) return undefined
      const incoming = browser.request({ ...asking, target: '/step-up' })
      const fields = { body: { ticket } }
      if ((await world.guard.challenge.open(incoming, fields)) === undefined) return undefined
      const reply = await world.guard.challenge.complete(incoming, fields, proof)
      browser.keep(reply.cookies)
      return reply
    },
    keep(set) {
      for (const { name, value, maxAgeSeconds } of set) {
        if (maxAgeSeconds === 0) cookies.delete(name)
        else cookies.set(name, value)
      }
    },
  }
  return browser
}

export function ticketOf(checked: Checked): string | undefined {
  if (checked.is !== 'refuse' || checked.decision.outcome !== 'challenge') return undefined
  if (checked.decision.need !== 'step-up') return undefined
  const { challengeUrl } = checked.decision
  return challengeUrl?.slice(challengeUrl.indexOf('ticket=') + 'ticket='.length)
}

/** The outcome, `sign-in` told apart, and what is left to a handler. */
export function outcomeOf(checked: Checked): string {
  if (checked.is !== 'proceed' && checked.is !== 'refuse') return checked.is
  const { decision } = checked
  return decision.outcome === 'challenge' && decision.need === 'sign-in'
    ? 'sign-in'
    : decision.outcome
}

/** A password login at `at`. */
export function login(subject: string, session: string, at: number): Identity {
  return { subject, session, authTime: at, acr: 'aal1', amr: ['pwd'] }
}

/** A person whose browser is remembered and who has since signed in anew, so that nothing else speaks for them. */
export async function rememberedBrowser(world: World, subject = 'alice'): Promise<Browser> {
  const browser = openBrowser(world, login(subject, `${subject}-1`, world.clock.now()))
  const challenged = await browser.check('admin.tool')
  const reply = await browser.stepUp(challenged, {
    factors: [{ method: 'otp' }],
    rememberDevice: true,
  })
  if (reply?.status !== 303) throw new Error('the challenge was not completed')
  return browser
}

/** Signs in anew: what hung on the session before no longer counts, the device does. */
export function signInAgain(
  world: World,
  browser: Browser,
  session: string = crypto.randomUUID(),
): void {
  const subject = browser.identity?.subject ?? 'alice'
  browser.identity = login(subject, session, world.clock.now())
}

function nothing(): void {}
