// The listed keys by thumbprint, imported once.
import { importJWK } from 'jose/key/import'
import { ConfigurationError } from '../configuration-error.ts'
import type { Position } from '../ports/position.ts'
import {
  algorithmOf,
  type OperatorAlgorithm,
  type OperatorKey,
  publicPartOf,
} from './operator-key.ts'
import { thumbprintOf } from './sign-event.ts'

export interface ListedKey {
  readonly kid: string
  readonly algorithm: OperatorAlgorithm
  readonly key: CryptoKey | Uint8Array
  readonly until?: Position
}

/** @throws ConfigurationError `operator_key_malformed` where one is no point of its curve, or its `kid` is another's */
export async function listKeys(
  keys: readonly OperatorKey[],
): Promise<ReadonlyMap<string, ListedKey>> {
  const listed = await Promise.all(keys.map(listKey))
  return new Map(listed.map((one) => [one.kid, one]))
}

async function listKey(jwk: OperatorKey, index: number): Promise<ListedKey> {
  const algorithm = algorithmOf(jwk)
  const kid = await thumbprintOf(jwk).catch(() => undefined)
  const { kid: _, ...material } = publicPartOf(jwk)
  const key = await importJWK(material as Parameters<typeof importJWK>[0], algorithm).catch(
    () => undefined,
  )
  if (algorithm === undefined || kid === undefined || key === undefined)
    throw malformed(
      `operatorKeys[${index}]`,
      'must be a public key that can be imported',
      'another',
    )
  if (jwk.kid !== undefined && jwk.kid !== kid)
    throw malformed(`operatorKeys[${index}].kid`, `must be the key's thumbprint, ${kid}`, jwk.kid)
  return { kid, algorithm, key, ...(jwk.until === undefined ? {} : { until: jwk.until }) }
}

function malformed(path: string, problem: string, got: string): ConfigurationError {
  const fix = 'List the public JWK as it was made; kid may be left out.'
  return new ConfigurationError({ code: 'operator_key_malformed', path, problem, got, fix })
}
