// A verifier of the security event tokens of one issuer: its options are read once, its keys kept.
import {
  type Clock,
  createSignatureVerifier,
  readAudience,
  readIssuer,
  systemClock,
  type TokenVerifierOptions,
} from '@countersign/core'
import { assertNames } from '../assert-names.ts'
import { ssfConfigurationUrl } from '../stream/ssf-configuration-url.ts'
import { type CheckedSet, checkSetClaims } from './check-set-claims.ts'
import { refuse, toSetError } from './set-error.ts'

export interface SetVerifierOptions
  extends Pick<TokenVerifierOptions, 'jwksUri' | 'jwks' | 'key' | 'secret'> {
  /** Compared exactly with `iss`. Without keys its SSF configuration is asked for them. */
  readonly issuer: string
  /** One of these has to be in `aud`. */
  readonly audience: string | readonly string[]
  /** The only ones accepted, whatever token or key say. The interoperability profile has `['RS256']`. */
  readonly algorithms: readonly string[]
  /** @default the system's clock */
  readonly clock?: Clock | undefined
}

export type VerifySet = (jwt: string) => Promise<CheckedSet>

export const SET_OPTION_NAMES: readonly string[] = [
  'issuer',
  'audience',
  'algorithms',
  'jwksUri',
  'jwks',
  'key',
  'secret',
  'clock',
] satisfies (keyof SetVerifierOptions)[]

/** RFC 8417, 2.3. The long form is the same media type (RFC 7515, 4.1.9), and no other token of anybody's has either. */
const TYPES: ReadonlySet<string> = new Set(['secevent+jwt', 'application/secevent+jwt'])
export const LONGEST_SET: number = 64 * 1024
const DEEPEST = 32

/** @throws ConfigurationError as `createTokenVerifier` of core does */
export function createSetVerifier(options: SetVerifierOptions): VerifySet {
  assertNames('verifySecurityEventToken', options, SET_OPTION_NAMES)
  const expected = { issuer: readIssuer(options.issuer), audience: readAudience(options.audience) }
  const clock = options.clock ?? systemClock
  const signatures = createSignatureVerifier({
    ...options,
    types: TYPES,
    maxLength: LONGEST_SET,
    discoveryUrl: ssfConfigurationUrl,
  })

  return async function verifySet(jwt) {
    const verified = await signatures.verify(jwt)
    if (!verified.ok) return toSetError(verified.reason)
    if (isDeep(verified.claims))
      return refuse('invalid_request', 'the claims are nested too deeply')
    return checkSetClaims(verified.claims, expected, clock.now())
  }
}

/** With a list instead of recursion: whoever walks the event later should not have to. */
function isDeep(root: object): boolean {
  let level: object[] = [root]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return true
    level = level.flatMap((one) =>
      Object.values(one).filter(
        (value): value is object => typeof value === 'object' && value !== null,
      ),
    )
  }
  return false
}
