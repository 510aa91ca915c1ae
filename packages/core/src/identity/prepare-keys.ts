// The keys that tokens are verified with, and until when a token that one of them verified is believed (T22).
import type { JSONWebKeySet } from 'jose'
import { createLocalJWKSet } from 'jose/jwks/local'
import { importSPKI } from 'jose/key/import'
import type { Clock } from '../ports/clock.ts'
import { findKeys, type KeyLookup, type TokenKeys } from './find-keys.ts'
import { prepareRemoteKeys } from './prepare-remote-keys.ts'
import type { KeySource } from './read-key-source.ts'
import type { JsonWebKeySet } from './token-verifier-options.ts'

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
