// What a challenge page shows: what is asked, of whom, for what.
import type { Engine } from '../engine/engine.ts'
import type { Requirement } from '../policy/compiled-policy.ts'
import type { Json } from '../ports/json.ts'
import { type OpenedTicket, openTicket } from '../ticket/open-ticket.ts'
import type { ChallengeRequest } from './challenge-request.ts'

export interface OpenChallenge {
  /** To be sent back with the form. */
  readonly ticket: string
  readonly subject: string
  readonly action: string
  /** What was asked for, where it is known and short enough to be shown. */
  readonly resource: Readonly<Record<string, Json>>
  readonly requirement: Requirement
}

export async function openChallenge(
  engine: Engine,
  request: ChallengeRequest,
): Promise<{ readonly challenge: OpenChallenge; readonly opened: OpenedTicket } | undefined> {
  const opened = request.opened ?? (await openTicket(engine, request))
  if (opened === undefined) return undefined
  const { subject, action, resource, requirement } = opened.ticket
  return { opened, challenge: { ticket: opened.token, subject, action, resource, requirement } }
}
