// What the specifications' texts say and print no example of: event types, values and subject formats, with the members of the
// examples that they do print (`printed-sets.ts`).
import { CAEP, RISC } from '../../src/index.ts'

export const SPEC_ISSUER = 'https://idp.example.com/123456789/'
export const SPEC_AUDIENCE = 'https://sp.example.com/caep'
/** The examples' `iat`, and the `event_timestamp` in them. */
export const SPEC_IAT = 1_615_305_159
const SPEC_TIME = 1_615_304_991

type Json = Record<string, unknown>

const user = { format: 'iss_sub', iss: SPEC_ISSUER, sub: 'dMTlD|1600802906337.16|16008.16' }
const email = { format: 'email', email: 'user@example.com' }
const tenant = { format: 'opaque', id: '123456789' }
const device = { format: 'iss_sub', iss: SPEC_ISSUER, sub: 'e9297990-14d2-42ec-a4a9-4036db86509a' }
const why = {
  initiating_entity: 'policy',
  reason_admin: { en: 'Landspeed Policy Violation: C076E82F' },
  reason_user: { en: 'Access attempt from multiple regions.', 'es-410': 'Intento de acceso' },
  event_timestamp: SPEC_TIME,
}

export interface SpecExample {
  readonly name: string
  readonly type: string
  readonly event: Json
  readonly sub_id: Json
  /** What it does to the guard, in words. */
  readonly does: readonly string[]
}

const caep = (name: string, event: Json, sub_id: Json, ...does: string[]): SpecExample => ({
  ...{ name: `CAEP ${name}`, type: `${CAEP}${name}`, event, sub_id, does },
})
const risc = (name: string, event: Json, sub_id: Json, ...does: string[]): SpecExample => ({
  ...{ name: `RISC ${name}`, type: `${RISC}${name}`, event, sub_id, does },
})

export const SPEC_EXAMPLES: readonly SpecExample[] = [
  caep(
    'token-claims-change',
    { ...why, claims: { role: 'ro-admin' } },
    user,
    'token-claims-change 1',
  ),
  caep(
    'device-compliance-change',
    { ...why, current_status: 'compliant', previous_status: 'not-compliant' },
    { format: 'complex', device, tenant },
    'device-not-compliant 0',
  ),
  caep(
    'risk-level-change',
    {
      ...why,
      principal: 'USER',
      risk_reason: 'PASSWORD_FOUND_IN_DATA_BREACH',
      current_level: 'HIGH',
      previous_level: 'LOW',
    },
    user,
    'external-risk 1',
  ),
  caep(
    'risk-level-change',
    { principal: 'DEVICE', current_level: 'MEDIUM', event_timestamp: SPEC_TIME },
    { format: 'complex', device, user },
    'external-risk 0.5',
  ),
  risc('account-purged', {}, user, 'account-disabled 1', 'changed deactivated'),
  risc('account-disabled', {}, user, 'account-disabled 1', 'changed deactivated'),
  risc('opt-in', {}, user, 'opt-out-initiated 0', 'opt-out-effective 0'),
  risc('opt-out-initiated', {}, user, 'opt-out-initiated 1'),
  risc('opt-out-cancelled', {}, user, 'opt-out-initiated 0'),
  risc('opt-out-effective', {}, user, 'opt-out-effective 1', 'opt-out-initiated 0'),
  risc('recovery-activated', {}, user, 'recovery-activated 1'),
  risc('recovery-information-changed', {}, user, 'recovery-information-changed 1'),
  risc('sessions-revoked', {}, user, 'changed signed-out-everywhere'),
  ...(
    [
      ['account', { format: 'account', uri: 'acct:example.user@service.example.com' }],
      ['email', email],
      ['phone number', { format: 'phone_number', phone_number: '+12065550100' }],
      ['uri', { format: 'uri', uri: 'urn:uuid:4e851e98-83c4-4743-a5da-150ecb53042f' }],
      ['did', { format: 'did', url: 'did:example:123456' }],
      [
        'jwt id',
        { format: 'jwt_id', iss: SPEC_ISSUER, jti: 'B70BA622-9515-4353-A866-823539EECBC8' },
      ],
      ['ip addresses', { format: 'ip-addresses', 'ip-addresses': ['10.29.37.75', '2001:db8::1'] }],
      ['aliases', { format: 'aliases', identifiers: [email, user] }],
    ] as const
  ).map(([name, sub_id]) => ({
    ...risc('account-disabled', {}, sub_id, 'account-disabled 1', 'changed deactivated'),
    name: `a subject as ${name}`,
  })),
]

/** As printed, or with all of its times moved on by `later` seconds. */
export function claimsOf({ type, event, sub_id }: SpecExample, later = 0): Json {
  const { event_timestamp: at, ...members } = event as { event_timestamp?: number }
  const moved = at === undefined ? members : { ...members, event_timestamp: at + later }
  return {
    iss: SPEC_ISSUER,
    jti: crypto.randomUUID(),
    iat: SPEC_IAT + later,
    aud: SPEC_AUDIENCE,
    txn: '8675309',
    sub_id,
    events: { [type]: moved },
  }
}
