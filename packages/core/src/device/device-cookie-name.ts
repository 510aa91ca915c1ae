// Device cookies are named by subject, so that two people on one browser do not overwrite each other (T7), and keyed,
// so that the name tells nobody who they are.
import { encode } from 'jose/base64url'
import { LRUCache } from 'lru-cache'
import { deriveNamingKeys } from '../seal/derive-keys.ts'

export const DEVICE_COOKIE_PREFIX = '__Host-device-'

/** A browser keeps the devices of at most this many subjects. */
export const MOST_DEVICES_PER_BROWSER = 5

const WELL_FORMED = /^__Host-device-[\w-]{16}$/

/** A name that this module could have given: a client may send any, and only such a one can be sent back to be expired. */
export function isDeviceCookieName(name: string): boolean {
  return WELL_FORMED.test(name)
}

export interface DeviceCookieNames {
  /** One per secret, newest first: the first is written, all are read. */
  for(subject: string): readonly string[] | Promise<readonly string[]>
}

export async function createDeviceCookieNames(
  secrets: readonly string[],
): Promise<DeviceCookieNames> {
  const keys = await deriveNamingKeys(secrets)
  const known = new LRUCache<string, readonly string[]>({ max: 10_000 })
  const encoder = new TextEncoder()

  async function workOut(subject: string): Promise<readonly string[]> {
    const names = await Promise.all(
      keys.map(async (key) => {
        const hash = await crypto.subtle.sign('HMAC', key, encoder.encode(subject))
        return DEVICE_COOKIE_PREFIX + encode(new Uint8Array(hash).subarray(0, 12))
      }),
    )
    known.set(subject, names)
    return names
  }

  return { for: (subject) => known.get(subject) ?? workOut(subject) }
}
