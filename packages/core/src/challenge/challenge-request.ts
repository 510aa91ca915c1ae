// A request to the challenge page, as an adapter hands it over.
import type { WhoAsks } from '../identity/read-identity.ts'
import type { RequestReader } from '../request/request-reader.ts'
import type { OpenedTicket } from './open-ticket.ts'

export interface ChallengeRequest {
  readonly reader: RequestReader
  identify(): Promise<WhoAsks>
  /** From the query or the form, as it came. */
  readonly ticket: unknown
  /** Likewise: where the page itself wants the person to go afterwards. */
  readonly returnTo: unknown
  /** What was opened earlier for this very request: identity is read before the app changes the session. */
  readonly opened: OpenedTicket | undefined
}
