// Guards that the shops do not have: behind proxies, and with tokens of an identity provider. The same on each adapter.
import type { GuardOptions, JwtIdentityOptions } from '@countersign/core'

/** The keys of the identity provider, as the test that has the private ones tells them. */
export interface OwnKeys {
  readonly jwks: { readonly keys: readonly ({ readonly kty: string } & Record<string, unknown>)[] }
  readonly secret: string
}

export const GUARDS = ['no-proxy', 'one-proxy', 'networks', 'rs256', 'hs256'] as const
export type OwnGuard = (typeof GUARDS)[number]

export const ISSUER = 'https://idp.example'
export const AUDIENCE = 'https://shop.example'
export const STEP_UP = '/apps/no-proxy/step-up'
/** What `inside` is opted out for. */
export const NETWORKS = ['192.0.2.0/24', '2001:db8::/48']

const A_MONTH_MS = 30 * 24 * 3_600_000
const policy = {
  countersign: 1,
  name: 'attacked',
  assurance: {
    levels: [
      { acr: 'aal1', amr: [['pwd']] },
      { acr: 'aal2', amr: [['pwd', 'otp']] },
    ],
  },
  actions: { view: {}, inside: {}, proved: {} },
  threatModels: {
    calm: { bias: -3, signals: { 'new-device': 0.5 }, levels: { MEDIUM: 0.5, HIGH: 0.9 } },
  },
  segments: { everyone: { threatModel: 'calm' } },
  optOuts: {
    inside: {
      kind: 'network',
      networks: NETWORKS,
      until: new Date(Date.now() + A_MONTH_MS).toISOString().slice(0, 10),
      riskBelow: 'HIGH',
    },
  },
  rules: [
    { id: 'view', actions: ['view'], require: { acr: 'aal1', maxAge: '15m' } },
    { id: 'inside', actions: ['inside'], require: { acr: 'aal2' }, optOuts: ['inside'] },
    { id: 'proved', actions: ['proved'], require: { acr: 'aal2' } },
  ],
}

/** All but `identity`, `backend` and `publicOrigin`. */
export function guardOptions(name: OwnGuard): Omit<GuardOptions<never>, 'identity'> {
  const trust = {
    'one-proxy': { trustProxy: 1 },
    networks: { trustProxy: ['127.0.0.0/8', '::1/128', '10.0.0.0/8'] },
  }
  return {
    policy,
    challengePath: STEP_UP,
    loginPath: '/login',
    logoutPath: '/logout',
    logger: { info() {}, warn() {}, error() {} },
    ...(trust as Readonly<Record<string, object>>)[name],
  }
}

/** Undefined: who asks is told by `cookieIdentity`. */
export function jwtOptions(name: OwnGuard, keys: OwnKeys): JwtIdentityOptions | undefined {
  const common = { issuer: ISSUER, audience: AUDIENCE }
  if (name === 'rs256') return { ...common, algorithms: ['RS256'], jwks: keys.jwks }
  if (name === 'hs256') return { ...common, algorithms: ['HS256'], secret: keys.secret }
  return undefined
}

/** Only a test app may believe who a client says it is. */
export function cookieIdentity(header: string | null | undefined) {
  const subject = /(?:^|; )user=(\w+)/.exec(header ?? '')?.[1]
  if (subject === undefined) return undefined
  return { subject, session: `of ${subject}`, authTime: Date.now(), amr: ['pwd'] }
}
