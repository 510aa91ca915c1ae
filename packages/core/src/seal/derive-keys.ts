// One secret in, one key per purpose out, so that no token of one kind can be read as another (T2).

/** What our own tokens are for; each has a key and a `typ` of its own. */
export type Purpose = 'device' | 'evidence' | 'ticket' | 'page' | 'operator-keys'

/** The newest key seals; all of them open. */
export interface PurposeKey {
  readonly id: string
  readonly key: CryptoKey
}

const encoder = new TextEncoder()

/** HKDF (RFC 5869) with SHA-256 and the purpose as `info`; an AES-256-GCM key that cannot be exported. */
export function deriveSealingKeys(
  secrets: readonly string[],
  purpose: Purpose,
): Promise<PurposeKey[]> {
  return Promise.all(
    secrets.map(async (secret) => {
      const key = await crypto.subtle.deriveKey(
        hkdf(`seal/${purpose}`),
        await importSecret(secret, 'deriveKey'),
        { name: 'AES-GCM', length: 256 },
        false,
        ['encrypt', 'decrypt'],
      )
      return { id: await keyId(secret), key }
    }),
  )
}

/** A key for names that must not tell the subject: HMAC with SHA-256. */
export function deriveNamingKeys(secrets: readonly string[]): Promise<CryptoKey[]> {
  return Promise.all(
    secrets.map(async (secret) =>
      crypto.subtle.deriveKey(
        hkdf('name'),
        await importSecret(secret, 'deriveKey'),
        { name: 'HMAC', hash: 'SHA-256', length: 256 },
        false,
        ['sign'],
      ),
    ),
  )
}

/** A key for snapshots of one deployment: HMAC with SHA-256. */
export function deriveSnapshotKeys(
  secrets: readonly string[],
  scope: string,
): Promise<CryptoKey[]> {
  return deriveMacKeys(secrets, `snapshot/${scope}`)
}

/** A key for what instances tell the edge of the feed: HMAC with SHA-256. */
export function deriveFeedKeys(secrets: readonly string[]): Promise<CryptoKey[]> {
  return deriveMacKeys(secrets, 'feed')
}

/**
 * The name of a deployment, as operators sign it. It is of the secret too: two deployments that call themselves alike do not
 * take each other's signatures.
 */
export async function deriveAudience(secret: string, scope: string): Promise<string> {
  const bits = await crypto.subtle.deriveBits(
    hkdf(`audience/${scope}`),
    await importSecret(secret, 'deriveBits'),
    128,
  )
  return `${scope}#${toHex(bits)}`
}

// tells which secret sealed a token, and nothing about the secret
async function keyId(secret: string): Promise<string> {
  const bits = await crypto.subtle.deriveBits(
    hkdf('key id'),
    await importSecret(secret, 'deriveBits'),
    48,
  )
  return toHex(bits)
}

function deriveMacKeys(secrets: readonly string[], info: string): Promise<CryptoKey[]> {
  return Promise.all(
    secrets.map(async (secret) =>
      crypto.subtle.deriveKey(
        hkdf(info),
        await importSecret(secret, 'deriveKey'),
        { name: 'HMAC', hash: 'SHA-256', length: 256 },
        false,
        ['sign', 'verify'],
      ),
    ),
  )
}

function toHex(bits: ArrayBuffer): string {
  return Array.from(new Uint8Array(bits), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function hkdf(info: string): HkdfParams {
  return {
    name: 'HKDF',
    hash: 'SHA-256',
    salt: new Uint8Array(),
    info: encoder.encode(`countersign/1/${info}`),
  }
}

function importSecret(secret: string, usage: 'deriveKey' | 'deriveBits'): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', encoder.encode(secret), 'HKDF', false, [usage])
}
