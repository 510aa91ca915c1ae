// Somebody with a browser and a login of their own: no two tests share a person.
import { type BrowserLikeClient, browserLikeClient } from './browser-like-client.ts'
import { type ContractLogin, LOGIN_COOKIE, toLoginCookie } from './contract-app.ts'

export interface Person extends BrowserLikeClient {
  readonly subject: string
  /** Signs in, in a new session unless `login` says which; the browser stays the same. */
  signIn(login?: Partial<ContractLogin>): void
}

export const HOUR_MS = 3_600_000

/** Signed in with a password, just now, unless `login` says otherwise. */
export function person(origin: string, login: Partial<ContractLogin> = {}): Person {
  const client = browserLikeClient(origin)
  const subject = login.subject ?? `person-${crypto.randomUUID()}`

  function signIn(changed: Partial<ContractLogin> = {}): void {
    const whole: ContractLogin = {
      subject,
      session: crypto.randomUUID(),
      authTime: Date.now(),
      acr: 'aal1',
      amr: ['pwd'],
      ...changed,
    }
    client.cookies.set(LOGIN_COOKIE, toLoginCookie(whole))
  }

  signIn(login)
  return Object.assign(client, { subject, signIn })
}
