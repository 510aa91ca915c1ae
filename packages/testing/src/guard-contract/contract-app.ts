// The app that the guard contract is run against: its policy, who signs in to it, and the routes that it has to have.
import type { Decision, Identity } from '@countersign/core'

/**
 * What `start` is given. Plain JSON, so that it can go to another process. The app adds `identity` (which hands its
 * request's Cookie header to `contractIdentity`), `publicOrigin`, a fresh `backend`, and a `logger` that is quiet if it likes.
 */
export interface GuardScenario {
  readonly options: {
    readonly policy: object
    readonly secret: string
    readonly challengePath: '/step-up'
    readonly logoutPath: '/logout'
    readonly loginPath?: '/login'
  }
}

/** A running app: in this process or in another. */
export interface GuardedApp {
  /** `http://localhost:PORT`, which the guard has as `publicOrigin`. */
  readonly origin: string
  stop(): Promise<void>
}

/**
 * Starts an app with these routes; `answer` is `contractAnswer` of the guard's decision, as JSON.
 *
 * | route | guarded by | what it does |
 * |---|---|---|
 * | `GET /public` | nothing | `{ "public": true }` |
 * | `GET /account` | the policy's routes | answer |
 * | `POST /transfer`, form or JSON | `transfer.create`, resource: the body | answer |
 * | `POST /keys`, form or JSON | `key.create`, resource: the body | answer |
 * | `POST /unreadable` | `transfer.create`, resource: throws `new Error(SECRET_ERROR)` | answer |
 * | `GET /step-up` | | `challenge.open`: as JSON, or 400 |
 * | `POST /step-up`, form or JSON | | opens, or 400; `code` other than `right`: `challenge.fail` with the page `AGAIN`; else `challenge.complete` with the factor `method`, `rememberDevice` if there is `remember`, and `newSession` |
 * | `GET /devices` | | `{ "devices": [...] }` of the subject that `contractIdentity` tells |
 * | `POST /devices/revoke` | | revokes all of them; `{}` |
 * | `GET /countersign/feed` | | `guard.feed` |
 * | `POST /nested/transfer` (`nested`) | `transfer.create`, twice, one inside the other | `{ "outer": answer between the guards, "inner": answer }` |
 * | `GET /cached` (`caching`) | `account.view` | `Cache-Control: public, max-age=600`, `Vary: Accept-Encoding`, `Set-Cookie: app=1`; answer |
 * | `GET /streamed` (`streaming`) | `account.view` | the same headers; the text `one two three` in three chunks |
 * | `GET /held?key=` (`streaming`) | `account.view` | the same headers; the body of `heldParts(key)`, written as it comes |
 * | `POST /held?key=` (`streaming`) | | `releaseParts(key)`, as text |
 * | `GET /raw` (`raw`) | `account.view` | the same past the framework: `res.writeHead(200, headers)`, text `raw` |
 * | `GET /throws` (`throwing`) | `account.view` | sets the same headers, then throws `new Error(SECRET_ERROR)` |
 * | `GET /prefilled` (`prefilled`) | `account.view`, after something set `req.auth`, `req.user` or their like to `PREFILLED` | answer |
 * | any method of `/any` (`any`) | `account.view` | answer |
 * | any method of `/every` (`any`) | the policy's routes | answer |
 *
 * Ahead of all guards the app puts `contractCors` of the Origin header on the reply, as a CORS middleware would, and goes on.
 */
export type StartGuardedApp = (scenario: GuardScenario) => Promise<GuardedApp>

export const SECRET_ERROR = 'the password of the database is hunter2'
export const AGAIN = '<!doctype html><title>Again</title>'
export const PREFILLED = { subject: 'prefilled', acr: 'aal3', amr: ['hwk', 'user', 'pop'] } as const
/** The one other origin whose scripts the app lets read it. */
export const PARTNER = 'https://partner.example'
export const LOGIN_COOKIE = 'contract-login'

/** What the app's own CORS puts on a reply. */
export function contractCors(origin: string | null | undefined): Readonly<Record<string, string>> {
  if (origin !== PARTNER) return {}
  return {
    'access-control-allow-origin': PARTNER,
    'access-control-allow-credentials': 'true',
    vary: 'Origin',
  }
}

/** Who is signed in, as the client says: only a test app may believe that. */
export interface ContractLogin extends Omit<Identity, 'authTime' | 'claims'> {
  readonly authTime?: number
  readonly claims?: unknown
  /** How long the app takes to find out. */
  readonly delayMs?: number
  /** Finding out fails. */
  readonly fails?: boolean
}

export function toLoginCookie(login: ContractLogin): string {
  return encodeURIComponent(JSON.stringify(login))
}

/** The app's `identity`, of the Cookie header. */
export async function contractIdentity(
  cookies: string | null | undefined,
): Promise<Identity | undefined> {
  const pair = (cookies ?? '').split('; ').find((one) => one.startsWith(`${LOGIN_COOKIE}=`))
  if (pair === undefined) return undefined
  const { delayMs, fails, ...login }: ContractLogin = JSON.parse(
    decodeURIComponent(pair.slice(LOGIN_COOKIE.length + 1)),
  )
  if (delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, delayMs))
  if (fails) throw new Error(SECRET_ERROR)
  return login as Identity
}

export interface ContractAnswer {
  readonly id: string
  readonly outcome: string
  readonly subject?: string
  readonly optOuts?: readonly string[]
}

/** What a guarded handler answers, so that the client sees what the handler saw. */
export function contractAnswer(decision: Decision | undefined): ContractAnswer {
  if (decision === undefined) return { id: 'none', outcome: 'undecided' }
  const { id, outcome } = decision
  if (!decision.proceed) return { id, outcome }
  const optOuts = decision.outcome === 'opt-out' ? { optOuts: decision.optOuts } : {}
  return { id, outcome, subject: decision.subject, ...optOuts }
}

export const CONTRACT_POLICY = {
  countersign: 1,
  name: 'guard-contract',
  assurance: {
    levels: [
      { acr: 'aal1', amr: [['pwd']] },
      { acr: 'aal2', amr: [['pwd', 'otp']] },
      { acr: 'aal3', amr: [['hwk', 'user', 'pop']] },
    ],
  },
  actions: {
    'account.view': {},
    'transfer.create': {
      resource: {
        amount: { type: 'integer', minimum: 1 },
        payee: { type: 'string', maxLength: 64 },
      },
    },
    'key.create': { sensitive: true, resource: { name: { type: 'string', maxLength: 64 } } },
  },
  routes: [
    { method: ['GET'], path: '/account/**', action: 'account.view' },
    { path: '/every', action: 'account.view' },
  ],
  threatModels: {
    takeover: {
      bias: -2,
      signals: { 'new-device': 1.2, 'cold-start': 0.5 },
      levels: { MEDIUM: 0.35, HIGH: 0.7 },
    },
  },
  segments: { everyone: { threatModel: 'takeover' } },
  optOuts: {
    'remembered-device': {
      kind: 'trusted-device',
      overall: '30d',
      idle: '7d',
      riskBelow: 'MEDIUM',
    },
    'small-payment': {
      kind: 'allowance',
      of: 'resource.amount',
      each: 30,
      total: 60,
      count: 2,
      riskBelow: 'HIGH',
    },
  },
  rules: [
    { id: 'account', actions: ['account.view'], require: { acr: 'aal1', maxAge: '12h' } },
    {
      id: 'money-out',
      actions: ['transfer.create'],
      require: { acr: 'aal2', maxAge: '15m' },
      optOuts: ['remembered-device', 'small-payment'],
    },
    { id: 'keys', actions: ['key.*'], require: { acr: 'aal2', maxAge: '5m' } },
    {
      id: 'closed',
      actions: ['*'],
      when: 'has(subject.claims.closed) && subject.claims.closed == true',
      deny: true,
    },
  ],
} as const

export function scenario(paths: { readonly login: boolean }): GuardScenario {
  return {
    options: {
      policy: CONTRACT_POLICY,
      secret: 'the guard contract: a secret for tests only',
      challengePath: '/step-up',
      logoutPath: '/logout',
      ...(paths.login ? { loginPath: '/login' } : {}),
    },
  }
}
