// What the claims of a verified token have to say before it is believed (RFC 7519, section 4.1).
import type { Json } from '../ports/json.ts'

export type Claims = Readonly<Record<string, Json>>

export type ClaimFailure =
  | 'claim_missing'
  | 'claim_malformed'
  | 'issuer_mismatch'
  | 'audience_mismatch'
  | 'expired'
  | 'not_yet_valid'
  | 'too_old'

export interface ClaimExpectations {
  readonly issuer: string
  readonly audience: ReadonlySet<string>
  readonly maxTokenAgeSeconds: number | undefined
}

/** For clocks that run ahead of ours, and for nothing else: it never prolongs anything (T47). */
const LEEWAY_SECONDS = 30
const PAST_TIMES = ['nbf', 'iat', 'auth_time']
// an ill-typed auth_time spoils that fact alone, not the token: `parseIdentity`
const REGISTERED_TIMES = ['exp', 'nbf', 'iat']

export function checkClaims(claims: Claims, expected: ClaimExpectations): ClaimFailure | undefined {
  const { iss, aud, exp, iat } = claims
  if (iss === undefined || aud === undefined || exp === undefined) return 'claim_missing'
  if (REGISTERED_TIMES.some((name) => claims[name] !== undefined && !isTime(claims[name]))) {
    return 'claim_malformed'
  }
  if (iss !== expected.issuer) return 'issuer_mismatch'
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  if (!audiences.some((name) => typeof name === 'string' && expected.audience.has(name))) {
    return 'audience_mismatch'
  }
  return expected.maxTokenAgeSeconds !== undefined && iat === undefined
    ? 'claim_missing'
    : undefined
}

/** Apart, because it is asked again each time a cached token is presented. */
export function checkTimes(
  claims: Claims,
  { maxTokenAgeSeconds }: ClaimExpectations,
  nowMs: number,
): ClaimFailure | undefined {
  const now = nowMs / 1000
  if (Number(claims['exp']) <= now) return 'expired'
  if (PAST_TIMES.some((name) => Number(claims[name] ?? 0) > now + LEEWAY_SECONDS))
    return 'not_yet_valid'
  if (maxTokenAgeSeconds !== undefined && now - Number(claims['iat']) > maxTokenAgeSeconds) {
    return 'too_old'
  }
  return undefined
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
