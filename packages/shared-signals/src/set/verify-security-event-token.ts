// The public building block: is this security event token good, and what does it say?
import type { CheckedSet } from './check-set-claims.ts'
import {
  createSetVerifier,
  type SetVerifierOptions,
  type VerifySet,
} from './create-set-verifier.ts'

const verifiers = new WeakMap<SetVerifierOptions, VerifySet>()

/**
 * Verifies one security event token (RFC 8417) as SSF 1.0 profiles it, and answers with its event or with an error code of
 * RFC 8935. Never rejects for what is in the token.
 *
 * Accepted is only a compact JWS of `typ` `secevent+jwt` with a key of the issuer and one of `algorithms`, no `crit`, one
 * spelling; `iss` as `issuer`, one of `audience` in `aud`, `jti`, `iat` at most 30 s ahead, a well-formed `sub_id`, exactly
 * one event, and neither `exp` nor `sub`. Whether the `jti` came before is not looked at: see `createReceiver`.
 *
 * Pass the same options object each time: what is read of it, and the keys that are fetched, are kept with it.
 *
 * @throws ConfigurationError where an option is wrong
 * @example
 * const options = { issuer: 'https://idp.example', audience: 'https://shop.example', algorithms: ['RS256'] }
 * const verified = await verifySecurityEventToken(jwt, options)
 * if (verified.ok) console.log(verified.event.type)
 * else console.log(verified.err, verified.description)
 */
export async function verifySecurityEventToken(
  jwt: string,
  options: SetVerifierOptions,
): Promise<CheckedSet> {
  let verify = verifiers.get(options)
  if (verify === undefined) {
    verify = createSetVerifier(options)
    verifiers.set(options, verify)
  }
  return verify(jwt)
}
