// The option operatorKeys: public keys only, of the kinds that can be verified, none twice.
import { ConfigurationError, describeValue } from '../configuration-error.ts'
import { parsePosition } from '../ports/position.ts'
import { algorithmOf, type OperatorKey } from './operator-key.ts'

const EXAMPLE =
  'Make a pair on Ed25519 or P-256, list the public JWK here, and keep the private one with its operator.'

/** @throws ConfigurationError `operator_key_malformed`, `operator_key_private` */
export function readOperatorKeys(keys: unknown): readonly OperatorKey[] {
  if (keys === undefined) return []
  if (!Array.isArray(keys)) throw malformed('operatorKeys', 'must be a list of public JWKs', keys)
  return Object.freeze(keys.map((key, index) => readKey(key, `operatorKeys[${index}]`)))
}

function readKey(key: unknown, path: string): OperatorKey {
  if (typeof key !== 'object' || key === null) throw malformed(path, 'must be a public JWK', key)
  if ('d' in key || 'k' in key)
    throw new ConfigurationError({
      code: 'operator_key_private',
      path,
      problem: 'must be a public key',
      // never the key itself
      got: 'a private one',
      fix: 'An app verifies, and does not sign: list the public part, and keep the private key with its operator.',
    })
  const { x, y, kid, until } = key as OperatorKey
  const algorithm = algorithmOf(key as OperatorKey)
  const whole = typeof x === 'string' && (algorithm === 'EdDSA' || typeof y === 'string')
  if (algorithm === undefined || !whole)
    throw malformed(path, 'must be a public JWK on P-256 or Ed25519', key)
  if (kid !== undefined && typeof kid !== 'string')
    throw malformed(`${path}.kid`, 'must be the thumbprint of the key (RFC 7638)', kid)
  if (until !== undefined && parsePosition(until) === undefined)
    throw malformed(`${path}.until`, 'must be a position of the feed, as 1:42', until)
  return Object.freeze({ ...(key as OperatorKey) })
}

function malformed(path: string, problem: string, got: unknown): ConfigurationError {
  return new ConfigurationError({
    code: 'operator_key_malformed',
    path,
    problem,
    got: describeValue(got),
    fix: EXAMPLE,
  })
}
