// The app's own session: a signed cookie. Nothing of Countersign is in it.
import { randomUUID } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'

const key = new TextEncoder().encode('a secret of the test alone, 32 bytes and more')

export interface Session {
  readonly subject: string
  readonly session: string
  /** Seconds since the epoch. */
  readonly authTime: number
}

export async function readSession(cookie: string | undefined): Promise<Session | undefined> {
  if (cookie === undefined) return undefined
  try {
    const { payload } = await jwtVerify(cookie, key, { algorithms: ['HS256'] })
    return payload['session'] as Session
  } catch {
    return undefined
  }
}

export async function startSession(subject: string, authTime: number): Promise<string> {
  const session: Session = { subject, session: randomUUID(), authTime }
  const token = await new SignJWT({ session }).setProtectedHeader({ alg: 'HS256' }).sign(key)
  return `session=${token}; Path=/; HttpOnly; SameSite=Lax`
}
