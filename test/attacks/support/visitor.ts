// Somebody in a shop: signs in, sends money, is challenged, answers, is remembered.
import {
  type BrowserLikeClient,
  browserLikeClient,
  type SendOptions,
} from '../../support/browser-like-client.ts'

export type User = 'alice' | 'bob' | 'carol'

/** What came of a guarded request, short enough to compare. */
export interface Outcome {
  readonly status: number
  readonly outcome?: string
  readonly optOut?: string
}

export interface Visitor extends BrowserLikeClient {
  /** A new session in the same browser. */
  signIn(user: User): Promise<void>
  signOut(): Promise<void>
  /** Sends money as a script of the shop's own page does. */
  transfer(amount: number, options?: SendOptions): Promise<Outcome>
  makeKey(options?: SendOptions): Promise<Outcome>
  viewAccount(options?: SendOptions): Promise<Outcome>
  /** Sends a form that needs more proof, and returns the ticket of the challenge that it runs into. */
  challenged(amount?: number): Promise<string>
  /** The same by what no opt-out answers for. */
  challengedForKey(): Promise<string>
  /** The code that the user's authenticator shows now. */
  code(user: User): Promise<string>
  /** Answers a challenge; with the right code unless `form` says otherwise. */
  answer(user: User, ticket: string, form?: Readonly<Record<string, string>>): Promise<Response>
  /** Signs in, proves more and has the browser remembered; then signs in anew, so that nothing else speaks for it. */
  beRemembered(user: User): Promise<void>
  /** Signs in and proves more. */
  stepUp(user: User, form?: Readonly<Record<string, string>>): Promise<void>
}

export const SESSION = '__Host-session'
export const EVIDENCE = '__Host-evidence'
export const REMEMBERED: Outcome = { status: 200, outcome: 'opt-out', optOut: 'remembered-device' }
export const SMALL: Outcome = { status: 200, outcome: 'opt-out', optOut: 'small-payment' }
export const PASS: Outcome = { status: 200, outcome: 'pass' }
/** 401: challenged, or nobody. */
export const CHALLENGED: Outcome = { status: 401 }
export const PASSWORD = 'correct-horse'

export function visitor(origin: string): Visitor {
  const browser = browserLikeClient(origin)

  const one: Visitor = {
    ...browser,
    async signIn(user) {
      const reply = await browser.submit('/login', { user, password: PASSWORD })
      if (reply.status !== 303) throw new Error(`${user} could not sign in: ${reply.status}`)
    },
    async signOut() {
      await browser.submit('/logout', {})
    },
    transfer: async (amount, options) =>
      toOutcome(
        await browser.fetchJson('/transfer', { json: { amount, payee: 'ACME' }, ...options }),
      ),
    makeKey: async (options) =>
      toOutcome(await browser.fetchJson('/api-keys', { json: { name: 'ci' }, ...options })),
    viewAccount: async (options) => toOutcome(await browser.fetchJson('/account', options)),
    async challenged(amount = 200) {
      const reply = await browser.submit('/transfer', { amount: String(amount), payee: 'ACME' })
      return ticketOf(reply.headers.get('location'))
    },
    challengedForKey: async () =>
      ticketOf((await browser.submit('/api-keys', { name: 'ci' })).headers.get('location')),
    async code(user) {
      const reply = await browser.fetchJson(`/demo/authenticator?user=${user}`)
      const { code } = (await reply.json()) as { readonly code: string }
      return code
    },
    answer: async (user, ticket, form = {}) =>
      browser.submit('/step-up', { ticket, code: form['code'] ?? (await one.code(user)), ...form }),
    async stepUp(user, form) {
      await one.signIn(user)
      const reply = await one.answer(user, await one.challengedForKey(), form)
      if (reply.status !== 303) throw new Error(`${user} could not step up: ${reply.status}`)
    },
    async beRemembered(user) {
      await one.stepUp(user, { remember: 'yes' })
      await one.signOut()
      await one.signIn(user)
    },
  }
  return one
}

export async function toOutcome(reply: Response): Promise<Outcome> {
  const { decision } = (await reply.json().catch(() => ({}))) as { readonly decision?: unknown }
  // in a problem it is the id alone
  const { outcome, optOut } = (decision ?? {}) as {
    readonly outcome?: string
    readonly optOut?: string
  }
  return {
    status: reply.status,
    ...(outcome === undefined ? {} : { outcome }),
    ...(optOut === undefined ? {} : { optOut }),
  }
}

export function ticketOf(location: string | null | undefined): string {
  const ticket = new URL(location ?? '', 'http://shop').searchParams.get('ticket')
  if (ticket === null) throw new Error(`no challenge, but ${location}`)
  return ticket
}

/** The one device cookie of a browser. */
export function deviceCookie({
  cookies,
}: BrowserLikeClient): readonly [name: string, value: string] {
  const found = [...cookies].filter(([name]) => name.startsWith('__Host-device-'))
  const [only] = found
  if (only === undefined || found.length !== 1)
    throw new Error(`one device cookie was expected, not ${found.length}`)
  return only
}

/** The device cookies that a reply gives. */
export function givenDevices(reply: Response): readonly string[] {
  return reply.headers
    .getSetCookie()
    .filter((line) => line.startsWith('__Host-device-') && !/max-age=0/i.test(line))
}
