// A failed attempt: counted, recorded, answered with the page again, until there are no attempts left.
import type { GuardConfig } from '../decide/guard-config.ts'
import type { Engine } from '../engine/engine.ts'
import { pageReply, problemReply } from '../reply/build-reply.ts'
import type { Reply } from '../reply/reply.ts'
import { isNavigation } from '../request/request-kind.ts'
import { openTicket } from '../ticket/open-ticket.ts'
import type { ChallengeRequest } from './challenge-request.ts'
import { tellChallenged } from './tell-challenged.ts'

/** `page`: what a person sees again, as HTML, with status 401. Fetch gets problem+json. */
export async function failChallenge(
  engine: Engine,
  config: GuardConfig,
  request: ChallengeRequest,
  page: string | undefined,
): Promise<Reply> {
  const { reader } = request
  // opening charged the attempt already; where the app did not open it, this does
  const opened = request.opened ?? (await openTicket(engine, request))
  if (opened === undefined) return problemReply(reader, 'ticket_refused')
  const { subject, id, action } = opened.ticket
  engine.recorder.note({
    type: 'challenge',
    at: engine.clock.now(),
    subject,
    what: 'failed',
    ticket: id,
    action,
  })
  await tellChallenged(engine, config, reader, opened, 'failed')
  if (page !== undefined && isNavigation(reader)) return pageReply(401, page)
  return problemReply(reader, 'challenge_failed')
}
