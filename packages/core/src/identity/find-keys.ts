// Looking up the keys for a token: what was found, or why there is none.
import { JOSEError } from 'jose/errors'

export type FoundKeys =
  | { readonly ok: true; readonly keys: readonly CryptoKey[] }
  | { readonly ok: false; readonly reason: 'key_not_found' | 'keys_unavailable' }

export interface TokenKeys {
  /** Another number: other keys, and what the former verified is to be verified again. Undefined: they are out of date. */
  epoch(): number | undefined
  find(algorithm: string, kid: string | undefined): Promise<FoundKeys>
}

/** Looks a key up in a set; rejects with jose's errors. */
export type KeyLookup = (header: { alg: string; kid?: string }) => Promise<CryptoKey>

/** A token without `kid` is tried with so many keys at most. */
const MAX_CANDIDATES = 4

/** jose tells by its codes which of its errors mean that there is no such key; all else means that there are no keys. */
export async function findKeys(
  lookup: KeyLookup,
  algorithm: string,
  kid: string | undefined,
): Promise<FoundKeys> {
  try {
    return { ok: true, keys: [await lookup({ alg: algorithm, ...(kid !== undefined && { kid }) })] }
  } catch (error) {
    const code = error instanceof JOSEError ? error.code : undefined
    if (code === 'ERR_JWKS_MULTIPLE_MATCHING_KEYS')
      return { ok: true, keys: await candidates(error) }
    const missing = code === 'ERR_JWKS_NO_MATCHING_KEY' || code === 'ERR_JOSE_NOT_SUPPORTED'
    return { ok: false, reason: missing ? 'key_not_found' : 'keys_unavailable' }
  }
}

async function candidates(error: unknown): Promise<readonly CryptoKey[]> {
  const keys: CryptoKey[] = []
  for await (const key of error as AsyncIterable<CryptoKey>) {
    if (keys.push(key) === MAX_CANDIDATES) break
  }
  return keys
}
