// Signs an event as an operator: a JWS with detached payload (RFC 7515, appendix F).
import { calculateJwkThumbprint } from 'jose/jwk/thumbprint'
import { FlattenedSign } from 'jose/jws/flattened/sign'
import { importJWK } from 'jose/key/import'
import type { FeedEvent } from '../state/feed-event.ts'
import {
  algorithmOf,
  type OperatorKey,
  type OperatorPrivateKey,
  publicPartOf,
} from './operator-key.ts'
import { SIGNATURE_TYP, signedText } from './signed-text.ts'

/** The event with its signature. @throws where the key is none that can sign */
export async function signEvent<Event extends FeedEvent>(
  event: Event,
  key: OperatorPrivateKey,
  audience: string,
): Promise<Event> {
  const alg = algorithmOf(key)
  if (alg === undefined || typeof key.d !== 'string')
    throw new TypeError('an operator key has to be a private JWK on P-256 or Ed25519')
  const { kid: _, ...material } = key
  const signing = await importJWK({ ...material, alg } as Parameters<typeof importJWK>[0], alg)
  const { protected: header, signature } = await new FlattenedSign(signedText(event, audience))
    .setProtectedHeader({ alg, kid: await thumbprintOf(key), typ: SIGNATURE_TYP })
    .sign(signing)
  return { ...event, signature: `${header}..${signature}` }
}

/** The name of a key (RFC 7638): the same for its private and its public part. */
export function thumbprintOf(key: OperatorKey): Promise<string> {
  return calculateJwkThumbprint(publicPartOf(key) as Parameters<typeof calculateJwkThumbprint>[0])
}
