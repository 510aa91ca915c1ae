// The cookies of a request, by exact name. What is not unmistakable is not there.
import { parseCookie } from 'cookie'

/** Twice what servers accept by default; a longer header is not read at all. */
const MAX_HEADER_LENGTH = 32_768

/**
 * Two cookies of one name count as none: a subdomain or a proxy may have planted either, and which one comes first
 * says nothing (T13). Names are compared exactly, so that only `__Host-` has the guarantees of `__Host-`.
 */
export function readCookies(header: string | undefined): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>()
  if (header === undefined || header.length > MAX_HEADER_LENGTH) return cookies
  const twice = new Set<string>()
  // pair by pair, for the parser keeps the first of two and does not tell
  for (const pair of header.split(';')) {
    for (const [name, value] of Object.entries(parseCookie(pair))) {
      if (name === '' || value === undefined) continue
      if (cookies.has(name)) twice.add(name)
      else cookies.set(name, value)
    }
  }
  for (const name of twice) cookies.delete(name)
  return cookies
}
