// A key set that the IdP publishes: fetched when needed, believed for a while, never beyond.
import { createRemoteJWKSet, customFetch, type RemoteJWKSet } from 'jose/jwks/remote'
import type { Clock } from '../ports/clock.ts'
import { type FoundKeys, findKeys, type TokenKeys } from './find-keys.ts'
import { type KeySource, readKeysUri } from './read-key-source.ts'

/** A key that the IdP withdrew is refused after this at the latest, for tokens that were verified before too. */
const MAX_AGE_MS = 600_000
/** How soon the set may be fetched again because a token names a key that is not in it. */
const COOLDOWN_MS = 30_000
const TIMEOUT_MS = 5000
/** After a failed fetch tokens are refused at once for this long: nobody waits for an IdP that is down. */
const FAILURE_COOLDOWN_MS = 5000

const UNAVAILABLE: FoundKeys = { ok: false, reason: 'keys_unavailable' }

type RemoteSource = Extract<KeySource, { readonly by: 'uri' | 'discovery' }>

export function prepareRemoteKeys(source: RemoteSource, clock: Clock): TokenKeys {
  let set: RemoteJWKSet | undefined
  let fetched = 0
  let failedAt = Number.NEGATIVE_INFINITY

  const countedFetch: typeof fetch = async (input, init) => {
    const response = await fetch(input, init)
    fetched++
    return response
  }

  async function open(): Promise<RemoteJWKSet> {
    const uri = source.by === 'uri' ? source.uri : await discoverKeysUri(source)
    return createRemoteJWKSet(uri, {
      cacheMaxAge: MAX_AGE_MS,
      cooldownDuration: COOLDOWN_MS,
      timeoutDuration: TIMEOUT_MS,
      [customFetch]: countedFetch,
    })
  }

  return {
    // while a new set is on its way, or too old, nothing counts as verified before
    epoch: () => (set?.fresh && !set.reloading ? fetched : undefined),
    async find(algorithm, kid) {
      if (clock.monotonic() - failedAt < FAILURE_COOLDOWN_MS) return UNAVAILABLE
      try {
        set ??= await open()
      } catch {
        failedAt = clock.monotonic()
        return UNAVAILABLE
      }
      const found = await findKeys(set, algorithm, kid)
      if (!found.ok && found.reason === 'keys_unavailable') failedAt = clock.monotonic()
      return found
    },
  }
}

async function discoverKeysUri({
  issuer,
  url,
}: Extract<KeySource, { readonly by: 'discovery' }>): Promise<URL> {
  const response = await fetch(url, {
    redirect: 'manual',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (response.status !== 200) throw new Error(`discovery answered ${response.status}`)
  const found: unknown = await response.json()
  const { issuer: named, jwks_uri: uri } = found as { issuer?: unknown; jwks_uri?: unknown }
  // OpenID Connect Discovery 1.0, 4.3: another issuer's document says nothing about this one
  if (named !== issuer) throw new Error('discovery names another issuer')
  return readKeysUri(uri, 'jwks_uri')
}
