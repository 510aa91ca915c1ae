// Who signed an event: by the keys that are listed, their algorithms, and this deployment's name.
import { encode } from 'jose/base64url'
import { decodeProtectedHeader } from 'jose/decode/protected_header'
import { flattenedVerify } from 'jose/jws/flattened/verify'
import { isCanonicalToken } from '../seal/is-canonical-token.ts'
import type { FeedEvent } from '../state/feed-event.ts'
import type { ListedKey } from './list-keys.ts'
import { SIGNATURE_TYP, signedText } from './signed-text.ts'

/** Why an event that loosens has no effect. */
export type Unauthorized =
  | 'unsigned'
  | 'unknown_key'
  | 'bad_signature'
  /** Signed by a key after the position up to which it is listed. */
  | 'retired_key'
  /** Rightly signed, for a state that is no longer so: another change came first, or it is a copy of an old one. */
  | 'out_of_date'

export type Signature =
  | { readonly ok: true; readonly key: ListedKey }
  | { readonly ok: false; readonly why: Unauthorized }

const LONGEST_SIGNATURE = 1_024

/** Never rejects: whatever somebody wrote into the feed is at worst no signature. */
export async function verifyEvent(
  event: FeedEvent,
  keys: ReadonlyMap<string, ListedKey>,
  audiences: readonly string[],
): Promise<Signature> {
  const { signature } = event
  if (signature === undefined) return { ok: false, why: 'unsigned' }
  try {
    const key = keys.get(readKid(signature))
    if (key === undefined) return { ok: false, why: 'unknown_key' }
    for (const audience of audiences)
      if (await isSignedBy(event, signature, key, audience)) return { ok: true, key }
  } catch {
    // no token at all
  }
  return { ok: false, why: 'bad_signature' }
}

function readKid(signature: string): string {
  if (signature.length > LONGEST_SIGNATURE || !isCanonicalToken(signature, 3))
    throw new Error('no JWS')
  const { kid, typ } = decodeProtectedHeader(signature)
  if (typeof kid !== 'string' || typ !== SIGNATURE_TYP) throw new Error('no signature of a change')
  return kid
}

async function isSignedBy(
  event: FeedEvent,
  token: string,
  { key, algorithm }: ListedKey,
  audience: string,
): Promise<boolean> {
  const [header = '', detached, signature = ''] = token.split('.')
  if (detached !== '') return false
  const payload = encode(signedText(event, audience))
  try {
    await flattenedVerify({ protected: header, payload, signature }, key, {
      algorithms: [algorithm],
    })
    return true
  } catch {
    return false
  }
}
