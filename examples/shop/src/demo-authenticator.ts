// The newcomer's authenticator app: shows anybody's code, in the demo and on this machine only.
import { isUser } from './check-password.ts'
import type { OneTimeCodes } from './one-time-codes.ts'

export interface AuthenticatorReply {
  readonly status: 200 | 404 | 429
  readonly body: { readonly code: string } | { readonly title: string }
}

/** 404 unless it is the demo, asked from this machine about a known user: elsewhere it does not exist. */
export function demoAuthenticator(
  codes: OneTimeCodes,
  ask: {
    readonly user: string | null | undefined
    readonly demo: boolean
    readonly fromHere: boolean
  },
): AuthenticatorReply {
  if (!ask.demo || !ask.fromHere || !ask.user || !isUser(ask.user))
    return { status: 404, body: { title: 'Not found' } }
  const code = codes.current(ask.user)
  return code === undefined
    ? { status: 429, body: { title: 'Every code of the next half hour is spent. Wait a minute.' } }
    : { status: 200, body: { code } }
}

/**
 * True where peer and host are this machine. The host counts too: a web page whose name was rebound to 127.0.0.1
 * comes from here, but under its own name.
 */
export function isFromHere(peer: string | undefined, host: string | null | undefined): boolean {
  return (
    /^(127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3})$/.test(peer ?? '') &&
    /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host ?? '')
  )
}
