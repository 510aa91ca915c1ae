// What an adapter hands over for one request, and what it gets back.
import type { Proceed, Refuse } from '../decide/decision.ts'
import type { GuardedRequest } from '../decide/guarded-request.ts'
import type { Reply } from '../reply/reply.ts'
import type { RequestReader } from '../request/request-reader.ts'
import type { Cookie } from '../request/serialize-cookie.ts'

/** One native request, as an adapter hands it over. */
export interface Incoming<Request> {
  /** What the app's `identity` is given. */
  readonly request: Request
  /** The object that stands for this request in the framework: guards inside guards share one decision by it. */
  readonly slot: object
  readonly reader: RequestReader
}

export type Mode = GuardedRequest['mode']

export type Checked =
  /** No route of the policy matches: touch nothing. */
  | { readonly is: 'unguarded' }
  /** A CORS preflight of what is guarded: answered here, for anybody can send one, and no handler is to act on it. */
  | { readonly is: 'preflight'; readonly reply: Reply }
  /** Go on; put `edits` on the reply whatever the handler does. */
  | { readonly is: 'proceed'; readonly decision: Proceed; readonly edits: Edits }
  | { readonly is: 'refuse'; readonly decision: Refuse; readonly reply: Reply }
  /** `page`: a route handler has to check the device first. `proxy`: an opt-out might hold, the handler decides. */
  | { readonly is: 'deferred'; readonly to: 'device' | 'opt-out' }

export interface Edits {
  readonly headers: Reply['headers']
  readonly cookies: readonly Cookie[]
}
