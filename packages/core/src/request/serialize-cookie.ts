// Our own cookies as Set-Cookie headers. All have the same attributes.
import { stringifySetCookie } from 'cookie'

export interface Cookie {
  /** With the prefix: browsers then take it from this host alone, over TLS. */
  readonly name: `__Host-${string}`
  readonly value: string
  /** 0 deletes it. */
  readonly maxAgeSeconds: number
}

/** Takes a cookie of ours away. `name`: one that was given by us, so it has the prefix. */
export function expiredCookie(name: string): Cookie {
  return { name: name as Cookie['name'], value: '', maxAgeSeconds: 0 }
}

/** @throws TypeError where the name has not the prefix or holds what a name must not, or the age is no whole number */
export function serializeCookie({ name, value, maxAgeSeconds }: Cookie): string {
  if (!/^__Host-[\w-]+$/.test(name))
    throw new TypeError(`not the name of a __Host- cookie: ${name}`)
  return stringifySetCookie({
    name,
    value,
    maxAge: Math.max(0, maxAgeSeconds),
    path: '/',
    secure: true,
    httpOnly: true,
    sameSite: 'lax',
  })
}
