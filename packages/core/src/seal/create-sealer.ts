// Sealed tokens of our own: encrypted and authenticated JSON (JWE compact, RFC 7516: dir with A256GCM).
import { compactDecrypt } from 'jose/jwe/compact/decrypt'
import { CompactEncrypt } from 'jose/jwe/compact/encrypt'
import { LRUCache } from 'lru-cache'
import type { Json } from '../ports/json.ts'
import { deriveSealingKeys, type Purpose, type PurposeKey } from './derive-keys.ts'
import { isCanonicalToken } from './is-canonical-token.ts'

export interface Sealer {
  seal(payload: { readonly [key: string]: Json | undefined }): Promise<string>
  /** What was sealed, or `undefined` for anything that this purpose did not seal. A token seen before is answered at once. */
  open(token: string): Promise<Json | undefined> | Json | undefined
}

/** Longer than any token we make, shorter than what would be worth an attacker's while to have decrypted. */
const LONGEST_TOKEN = 8_192
const MOST_CACHED = 5_000

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export async function createSealer(secrets: readonly string[], purpose: Purpose): Promise<Sealer> {
  const keys = await deriveSealingKeys(secrets, purpose)
  const [newest] = keys
  if (newest === undefined) throw new Error('a sealer needs at least one secret')
  const typ = `countersign-${purpose}`
  // only what opened is kept: the whole token is the key, so a hit is a full comparison
  const opened = new LRUCache<string, { readonly payload: Json }>({ max: MOST_CACHED })

  async function decrypt(token: string): Promise<Json | undefined> {
    if (token.length > LONGEST_TOKEN || !isCanonicalToken(token, 5)) return undefined
    const payload = await decryptWith(keys, typ, token)
    if (payload !== undefined) opened.set(token, { payload })
    return payload
  }

  return {
    seal: (payload) =>
      new CompactEncrypt(encoder.encode(JSON.stringify(payload)))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', typ, kid: newest.id })
        .encrypt(newest.key),
    open: (token) => opened.get(token)?.payload ?? decrypt(token),
  }
}

async function decryptWith(
  keys: readonly PurposeKey[],
  typ: string,
  token: string,
): Promise<Json | undefined> {
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(
      token,
      (header) => {
        const found = header.typ === typ ? keys.find(({ id }) => id === header.kid) : undefined
        if (found === undefined) throw new Error('no key for this token')
        return found.key
      },
      { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] },
    )
    return protectedHeader.typ === typ ? JSON.parse(decoder.decode(plaintext)) : undefined
  } catch {
    return undefined // whatever a client made of it: no token
  }
}
