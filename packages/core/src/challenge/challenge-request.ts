// A request to the challenge page, as an adapter hands it over.
import type { OpenedTicket, TicketRequest } from '../ticket/open-ticket.ts'

export interface ChallengeRequest extends TicketRequest {
  /** From the query or the form, as it came: where the page itself wants the person to go afterwards. */
  readonly returnTo: unknown
  /** What was opened earlier for this very request: identity is read before the app changes the session. */
  readonly opened: OpenedTicket | undefined
}
