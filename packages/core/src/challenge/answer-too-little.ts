// A challenge that brought less than was asked for: one more try, then an end, and never a loop (T21).
import type { GuardConfig } from '../decide/guard-config.ts'
import type { Engine } from '../engine/engine.ts'
import { problemReply, redirectReply } from '../reply/build-reply.ts'
import { challengeLocation } from '../reply/challenge-location.ts'
import type { Reply } from '../reply/reply.ts'
import { readReturnTarget } from '../request/read-return-target.ts'
import type { Cookie } from '../request/serialize-cookie.ts'
import { issueTicket } from '../ticket/issue-ticket.ts'
import type { OpenedTicket } from '../ticket/open-ticket.ts'
import type { ChallengeRequest } from './challenge-request.ts'

/** `cookies`: what was proved counts all the same, and goes out with the answer. */
export async function answerTooLittle(
  engine: Engine,
  config: GuardConfig,
  { reader, returnTo }: ChallengeRequest,
  { ticket, identity, cookies: present }: OpenedTicket,
  binding: string,
  cookies: readonly Cookie[],
): Promise<Reply> {
  const at = engine.clock.now()
  const { subject, action, requirement } = ticket
  engine.recorder.note({
    type: 'challenge',
    at,
    subject,
    what: 'too_little',
    ticket: ticket.id,
    action,
    tries: ticket.tries + 1,
  })
  if (ticket.tries > 0 || config.challengePath === undefined) {
    engine.tooLittle.remember(subject, binding, requirement, at)
    return problemReply(reader, 'too_little', cookies)
  }
  const again = await issueTicket(
    engine,
    { at, action, identity, binding, cookies: present },
    {
      resource: ticket.resource,
      requirement,
      // the page's own wish stood in its address, which is another one now
      returnTo: readReturnTarget(returnTo, config) ?? ticket.returnTo,
      navigation: ticket.secret !== undefined,
      tries: ticket.tries + 1,
    },
  )
  return redirectReply(challengeLocation(config.challengePath, again.token), [
    ...cookies,
    ...again.cookies,
  ])
}
