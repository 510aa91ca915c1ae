// What ties evidence, tickets and trust to one login: the session's id, or where identity has none, a secret of our own.
import type { VerifiedIdentity } from './identity.ts'

export const BINDING_COOKIE = '__Host-binding'

/**
 * The binding of the current login. `undefined`: identity names no session and this browser has no secret yet, so
 * nothing can be bound to it, and nothing that was bound is believed.
 */
export function sessionBinding(
  identity: VerifiedIdentity,
  cookies: ReadonlyMap<string, string>,
): string | undefined {
  if (identity.session !== undefined) return bindToSession(identity.session)
  const secret = cookies.get(BINDING_COOKIE)
  return secret === undefined ? undefined : bindToSecret(identity, secret)
}

export function bindToSession(session: string): string {
  return `session:${session}`
}

/** A new login of the same subject has another `auth_time`, and so another binding. */
export function bindToSecret(identity: VerifiedIdentity, secret: string): string {
  return `secret:${secret}:${identity.authTime ?? ''}`
}
