// Requests of every kind for the generated policies, as a framework would hand them over, and every way to spoil one.
import type { Detector, Identity, Observation } from '@countersign/core'
import fc from 'fast-check'
import { ACTIONS, NOW } from './policies.ts'

export interface Sent {
  readonly action: string
  readonly identity: Identity
  readonly method: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly peer: string | undefined
  readonly resource: unknown
}

const SIGNALS = ['malware', 'travel', 'reset'] as const
const MINUTE_MS = 60_000

/** Each answers as the request's header tells it: what is not told fails. */
export const toldDetectors: readonly Detector[] = SIGNALS.map((code) => ({
  code,
  judge: ({ header }) => {
    const [is, share] = (header(`x-${code}`) ?? 'fails').split(' ')
    if (is === 'present') return { is, share: Number(share ?? 1) }
    if (is === 'absent' || is === 'unjudged') return { is }
    if (is === 'late') return new Promise<Observation>(() => {})
    throw new Error('the detector failed')
  },
  deadlineMs: 1,
}))

const told = fc.oneof(
  { weight: 9, arbitrary: fc.constant('absent') },
  { weight: 4, arbitrary: fc.constantFrom('present', 'present 0.3', 'unjudged', 'fails') },
)

const identity: fc.Arbitrary<Identity> = fc
  .record({
    subject: fc.constantFrom('alice', 'bob', 'carol'),
    session: fc.constantFrom(undefined, 's1', 's2'),
    authTime: fc.constantFrom(
      undefined,
      NOW - MINUTE_MS,
      NOW - 30 * MINUTE_MS,
      NOW - 600 * MINUTE_MS,
    ),
    acr: fc.constantFrom(undefined, 'aal1', 'aal2', 'aal3'),
    amr: fc.constantFrom(undefined, ['pwd'], ['pwd', 'otp'], ['hwk', 'user', 'pop']),
    role: fc.constantFrom(undefined, 'admin', 'staff', 'guest'),
    enrolled: fc.constantFrom(false, false, false, null, true, undefined),
    team: fc.constantFrom(undefined, 'red', 'blue'),
  })
  .map(({ role, team, enrolled, ...rest }) => ({ ...rest, claims: { role, team, enrolled } }))

export const sentRequests: fc.Arbitrary<Sent> = fc.record({
  action: fc.constantFrom(...ACTIONS),
  identity,
  method: fc.constantFrom('GET', 'GET', 'POST'),
  headers: fc.record({
    'sec-fetch-site': fc.constantFrom('same-origin', 'same-origin', 'cross-site'),
    'x-forwarded-for': fc.constantFrom('10.1.2.3', '10.2.0.1', '192.0.2.9', '203.0.113.1'),
    'x-malware': told,
    'x-travel': told,
    'x-reset': told,
  }),
  peer: fc.constant('172.16.0.1'),
  resource: fc.record({
    amount: fc.constantFrom<unknown[]>(5, '20', 31, 900, 'many', undefined),
    memo: fc.constantFrom<unknown[]>('x', 'rent', 7),
    urgent: fc.constantFrom<unknown[]>(true, false, 'yes'),
  }),
})

/** What a client, or whoever stands before the app, can take away or spoil of one request. */
export const requestSpoilers: readonly { readonly name: string; spoil(sent: Sent): Sent }[] = [
  ...['sec-fetch-site', 'x-forwarded-for', 'x-malware', 'x-travel', 'x-reset', 'cookie'].flatMap(
    (header) => [
      {
        name: `${header} left out`,
        spoil: (sent: Sent) => ({ ...sent, headers: { ...sent.headers, [header]: undefined } }),
      },
      {
        name: `${header} spoilt`,
        spoil: (sent: Sent) =>
          header in sent.headers
            ? { ...sent, headers: { ...sent.headers, [header]: '\u0000, no such thing;;=' } }
            : sent,
      },
    ],
  ),
  ...['amount', 'memo', 'urgent'].flatMap((name) => [
    { name: `${name} left out`, spoil: (sent: Sent) => withResource(sent, { [name]: undefined }) },
    { name: `${name} ill-typed`, spoil: (sent: Sent) => withResource(sent, { [name]: [] }) },
  ]),
  { name: 'no resource', spoil: (sent) => ({ ...sent, resource: null }) },
  { name: 'no peer', spoil: (sent) => ({ ...sent, peer: undefined }) },
  ...(['session', 'authTime', 'acr', 'amr'] as const).flatMap((field) => [
    {
      name: `${field} left out`,
      spoil: (sent: Sent) => withIdentity(sent, { [field]: undefined }),
    },
    { name: `${field} ill-typed`, spoil: (sent: Sent) => withIdentity(sent, { [field]: {} }) },
  ]),
  { name: 'claims ill-typed', spoil: (sent) => withIdentity(sent, { claims: 'none' }) },
  {
    name: 'a claim that is no JSON',
    spoil: (sent) =>
      withIdentity(sent, { claims: { ...sent.identity.claims, role: () => 'admin' } }),
  },
]

function withResource(sent: Sent, changed: Record<string, unknown>): Sent {
  return { ...sent, resource: { ...(sent.resource as object), ...changed } }
}

function withIdentity(sent: Sent, changed: Record<string, unknown>): Sent {
  return { ...sent, identity: { ...sent.identity, ...changed } as Identity }
}
