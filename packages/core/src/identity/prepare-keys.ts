// The keys that tokens are verified with, and until when a token that one of them verified is believed (T22).

import type { JSONWebKeySet } from 'jose'
import { JOSEError } from 'jose/errors'
import { createLocalJWKSet } from 'jose/jwks/local'
import { importSPKI } from 'jose/key/import'
import type { Clock } from '../ports/clock.ts'
import { prepareRemoteKeys } from './prepare-remote-keys.ts'
import type { JsonWebKeySet, KeySource } from './token-verifier-options.ts'

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
const ALWAYS = 0

export function prepareKeys(source: KeySource, clock: Clock): TokenKeys {
  switch (source.by) {
    case 'secret':
      return fixedKeys(secretLookup(source.secret))
    case 'key':
      return fixedKeys(
        typeof source.key === 'string' ? pemLookup(source.key) : keyLookup(source.key),
      )
    case 'set':
      return fixedKeys(localLookup(source.jwks))
    default:
      return prepareRemoteKeys(source, clock)
  }
}

function fixedKeys(lookup: KeyLookup): TokenKeys {
  return {
    epoch: () => ALWAYS,
    find: (algorithm, kid) => findKeys(lookup, algorithm, kid),
  }
}

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

function localLookup(jwks: JsonWebKeySet): KeyLookup {
  return createLocalJWKSet(jwks as unknown as JSONWebKeySet)
}

/** One key is meant for all tokens, whatever `kid` they name. */
function keyLookup(key: CryptoKey | JsonWebKeySet['keys'][number]): KeyLookup {
  if (key instanceof CryptoKey) return async () => key
  const lookup = localLookup({ keys: [key] })
  return ({ alg }) => lookup({ alg })
}

function pemLookup(pem: string): KeyLookup {
  return onceEach((alg) => importSPKI(pem.trim(), alg))
}

/** Imported once: a raw secret would be imported again for each token. */
function secretLookup(secret: Uint8Array<ArrayBuffer>): KeyLookup {
  return onceEach((alg) =>
    crypto.subtle.importKey(
      'raw',
      secret,
      { name: 'HMAC', hash: alg.replace('HS', 'SHA-') },
      false,
      ['verify'],
    ),
  )
}

function onceEach(importFor: (algorithm: string) => Promise<CryptoKey>): KeyLookup {
  const imported = new Map<string, Promise<CryptoKey>>()
  return function lookUp({ alg }) {
    const key = imported.get(alg) ?? importFor(alg)
    imported.set(alg, key)
    return key
  }
}
