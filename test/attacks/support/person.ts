// Somebody in a tampered app, with a browser and a login of their own.
import { type BrowserLikeClient, browserLikeClient } from '../../support/browser-like-client.ts'
import { ticketOf } from './visitor.ts'

/** What the login cookie says, as the app's identity. */
export interface TestLogin {
  readonly subject: string
  readonly session?: string
  readonly authTime?: number
  readonly acr?: string
  readonly amr?: readonly string[]
  readonly claims?: Record<string, unknown>
}

export interface GivenFactor {
  readonly method: string
  readonly recovery?: boolean
  readonly at?: number
}

export interface Person extends BrowserLikeClient {
  readonly subject: string
  /** In a new session, in the same browser. */
  signIn(login?: Partial<TestLogin>): void
  /** `pass`, the opt-outs that hold, or the status of the refusal. */
  view(): Promise<Told>
  transfer(amount?: number): Promise<Told>
  makeKey(): Promise<Told>
  /** The ticket of the challenge that making a key runs into. */
  challenged(): Promise<string>
  answer(
    ticket: string,
    factors?: readonly GivenFactor[],
    more?: { readonly remember?: boolean; readonly code?: string },
  ): Promise<Response>
  /** Proves more. */
  stepUp(more?: { readonly remember?: boolean }): Promise<void>
  /** Has the browser remembered, then signs in anew. */
  beRemembered(): Promise<void>
}

export type Told = 'pass' | readonly string[] | number

export const REMEMBERED: Told = ['remembered-device']
export const SMALL: Told = ['small-payment']

export function person(origin: string, login: Partial<TestLogin> = {}): Person {
  const browser = browserLikeClient(origin)
  const subject = login.subject ?? `person-${crypto.randomUUID()}`
  let authTime = login.authTime

  const one: Person = {
    ...browser,
    subject,
    signIn(changed = {}) {
      authTime = changed.authTime ?? authTime
      const session = crypto.randomUUID()
      const whole = { subject, session, acr: 'aal1', amr: ['pwd'], ...login, authTime, ...changed }
      browser.cookies.set('login', encodeURIComponent(JSON.stringify(whole)))
    },
    view: async () => told(await browser.fetchJson('/account')),
    transfer: async (amount = 200) =>
      told(await browser.fetchJson('/transfer', { json: { amount } })),
    makeKey: async () => told(await browser.fetchJson('/keys', { json: {} })),
    async challenged() {
      const reply = await browser.fetchJson('/keys', { json: {} })
      const { challengeUrl } = (await reply.json()) as { readonly challengeUrl?: string }
      return ticketOf(challengeUrl)
    },
    answer: (ticket, factors = [{ method: 'otp' }], more = {}) =>
      browser.fetchJson('/step-up', { json: { ticket, factors, ...more } }),
    async stepUp(more) {
      const reply = await one.answer(await one.challenged(), undefined, more)
      if (reply.status !== 303) throw new Error(`no step-up: ${reply.status}`)
    },
    async beRemembered() {
      await one.stepUp({ remember: true })
      one.signIn()
    },
  }
  one.signIn()
  return one
}

async function told(reply: Response): Promise<Told> {
  if (reply.status !== 200) return reply.status
  const { outcome, optOuts } = (await reply.json()) as {
    readonly outcome: string
    readonly optOuts?: readonly string[]
  }
  if (outcome === 'pass') return 'pass'
  if (optOuts === undefined) throw new Error(`a handler was reached with ${outcome}`)
  return optOuts
}
