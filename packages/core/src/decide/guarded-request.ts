// One request to be decided, as an adapter hands it over: readers, and two functions of the app.
import type { WhoAsks } from '../identity/read-identity.ts'
import type { RequestReader } from '../request/request-reader.ts'

/** What one native request has spent: it is spent for the guards inside it as well. */
export interface RequestSpending {
  spent: Set<string> | undefined
}

export interface GuardedRequest {
  readonly reader: RequestReader
  identify(): Promise<WhoAsks>
  readonly action: string
  /** What the app says the action is about; read once, copied, never trusted. */
  resource(): unknown
  /**
   * `full`: may spend, rotate and set cookies. `page`: may set none, so a device's first use in a session is left to a
   * route handler. `proxy`: refuses only what no opt-out could rescue, and never spends or rotates (law 13).
   */
  readonly mode: 'full' | 'page' | 'proxy'
  readonly spending?: RequestSpending
}
