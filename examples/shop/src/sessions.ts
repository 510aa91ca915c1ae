// The shop's own login sessions: a signed JWT in a cookie, and a list of those that were ended early.
import { randomUUID } from 'node:crypto'
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import { isUser } from './check-password.ts'
import { readCookie } from './read-cookie.ts'
import type { ShopFiles } from './shop-files.ts'

/** Just what a guard's `identity` returns. */
export interface ShopSession {
  readonly subject: string
  readonly session: string
  readonly authTime: Date
  readonly acr: 'aal1'
  readonly amr: readonly ['pwd']
}

export interface StartedSession {
  readonly session: ShopSession
  /** A whole `Set-Cookie` value. */
  readonly cookie: string
}

export interface Sessions {
  /** After a checked password, never else. */
  start(user: string): Promise<StartedSession>
  /** Undefined unless the cookie is ours, unexpired and not ended. */
  read(cookieHeader: string | null | undefined): Promise<ShopSession | undefined>
  /**
   * A new id for the same login: its age stays what it was. The old id holds until it is ended, so that a challenge
   * that was opened under it can be completed; end it then (T29).
   */
  renew(old: ShopSession): Promise<StartedSession>
  /** Ends it on the server, over restarts too; returns the `Set-Cookie` value that takes the cookie away. */
  end(session: ShopSession): string
}

const COOKIE = '__Host-session'
const FILE = 'ended-sessions.json'
const ISSUER = 'countersign-shop'
/** From the login on: a renewed session ends when the old one would have. */
const LIFETIME_SECONDS = 12 * 60 * 60

export function createSessions(files: ShopFiles, now: () => number): Sessions {
  const key = files.key('session cookie', 32)
  const ended = new Map(Object.entries((files.read(FILE) ?? {}) as Record<string, number>))

  async function issue(session: ShopSession): Promise<StartedSession> {
    const { subject, session: sid, authTime, acr, amr } = session
    const at = toSeconds(authTime)
    const token = await new SignJWT({ sid, acr, amr: [...amr], auth_time: at })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(ISSUER)
      .setAudience(ISSUER)
      .setSubject(subject)
      .setIssuedAt(toSeconds(new Date(now())))
      .setExpirationTime(at + LIFETIME_SECONDS)
      .sign(key)
    return { session, cookie: toSetCookie(token, LIFETIME_SECONDS) }
  }

  async function verify(token: string): Promise<JWTPayload | undefined> {
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: ['HS256'],
        issuer: ISSUER,
        audience: ISSUER,
        currentDate: new Date(now()),
        requiredClaims: ['sub', 'sid', 'auth_time', 'exp'],
      })
      return payload
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined
      throw error
    }
  }

  return {
    start: (user) =>
      issue({
        subject: user,
        session: randomUUID(),
        authTime: new Date(now()),
        acr: 'aal1',
        amr: ['pwd'],
      }),
    async read(cookieHeader) {
      const token = readCookie(cookieHeader, COOKIE)
      const claims = token === undefined ? undefined : await verify(token)
      const session = claims && toSession(claims)
      return session && !ended.has(session.session) ? session : undefined
    },
    renew: (old) => issue({ ...old, session: randomUUID() }),
    end(session) {
      const seconds = Math.floor(now() / 1000)
      for (const [id, until] of ended) if (until < seconds) ended.delete(id)
      ended.set(session.session, seconds + LIFETIME_SECONDS)
      files.write(FILE, Object.fromEntries(ended))
      return toSetCookie('', 0)
    },
  }
}

function toSession({ sub, sid, auth_time: at }: JWTPayload): ShopSession | undefined {
  if (sub === undefined || !isUser(sub) || typeof sid !== 'string' || typeof at !== 'number')
    return undefined
  return { subject: sub, session: sid, authTime: new Date(at * 1000), acr: 'aal1', amr: ['pwd'] }
}

function toSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000)
}

/** Browsers take `Secure` cookies from http://localhost too. */
function toSetCookie(value: string, maxAgeSeconds: number): string {
  return `${COOKIE}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; Secure; SameSite=Lax`
}
