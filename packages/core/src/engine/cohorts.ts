// Which subjects a rollout takes first: by a keyed hash, the same on every instance and at every request, and nobody's to
// choose.
import { LRUCache } from 'lru-cache'

export interface Cohorts {
  /** From 0 to under 100: a subject is in a rollout of so many percent and more. Waits only for a subject not seen before. */
  of(salt: string, subject: string): number | Promise<number>
}

const MOST_KNOWN = 50_000

export function createCohorts(): Cohorts {
  const known = new LRUCache<string, number>({ max: MOST_KNOWN })
  const encoder = new TextEncoder()
  let key: { readonly salt: string; readonly imported: Promise<CryptoKey> } | undefined

  function keyOf(salt: string): Promise<CryptoKey> {
    if (key?.salt !== salt) {
      const hmac = { name: 'HMAC', hash: 'SHA-256' }
      const imported = crypto.subtle.importKey('raw', encoder.encode(salt), hmac, false, ['sign'])
      key = { salt, imported }
    }
    return key.imported
  }

  async function workOut(salt: string, subject: string): Promise<number> {
    const hash = await crypto.subtle.sign('HMAC', await keyOf(salt), encoder.encode(subject))
    const place = (new DataView(hash).getUint32(0) / 2 ** 32) * 100
    known.set(`${salt} ${subject}`, place)
    return place
  }

  return { of: (salt, subject) => known.get(`${salt} ${subject}`) ?? workOut(salt, subject) }
}
