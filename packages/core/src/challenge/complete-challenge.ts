// Completing a challenge: single-use, same-origin, the same subject and login as the ticket's; then evidence, and
// where the person wants it and has earned it, trust in the device.
import { factorsOf } from '../decide/facts-of-request.ts'
import type { GuardConfig } from '../decide/guard-config.ts'
import { takeBinding } from '../decide/settle-device.ts'
import { choosePolicy } from '../engine/choose-policy.ts'
import type { Engine } from '../engine/engine.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { addToEvidence, sealEvidence, withPermit } from '../evidence/give-evidence.ts'
import { evidenceNotBefore, readEvidence } from '../evidence/read-evidence.ts'
import { bindToSession } from '../identity/session-binding.ts'
import { needsPermit } from '../policy/check-permit.ts'
import { checkRequirement } from '../policy/check-requirement.ts'
import type { Factor } from '../policy/facts.ts'
import { problemReply, redirectReply } from '../reply/build-reply.ts'
import type { Reply } from '../reply/reply.ts'
import { isSameOrigin } from '../request/is-same-origin.ts'
import { readReturnTarget } from '../request/read-return-target.ts'
import { expiredCookie } from '../request/serialize-cookie.ts'
import { consumeTicket, forgetAttempts } from '../ticket/attempts.ts'
import { noteContinuation, type OpenedTicket, openTicket } from '../ticket/open-ticket.ts'
import { transactionCookieName } from '../ticket/ticket.ts'
import { answerTooLittle } from './answer-too-little.ts'
import type { ChallengeRequest } from './challenge-request.ts'
import { permitOf, requirementNow } from './permit-of.ts'
import { checkProof, type Proof } from './proof.ts'
import { renewAllowances } from './renew-allowances.ts'
import { tellChallenged } from './tell-challenged.ts'
import { trustDevice } from './trust-device.ts'

export async function completeChallenge(
  engine: Engine,
  config: GuardConfig,
  request: ChallengeRequest,
  proof: Proof,
): Promise<Reply> {
  const at = engine.clock.now()
  const checked = checkProof(proof, at)
  const { reader } = request
  if (reader.method() !== 'POST') return problemReply(reader, 'method_not_allowed')
  if (!isSameOrigin(reader, config.publicOrigin)) return problemReply(reader, 'not_same_origin')
  const opened = request.opened ?? (await openTicket(engine, request))
  if (opened === undefined) return problemReply(reader, 'ticket_refused')
  const { ticket, identity } = opened
  if (!(await consumeTicket(engine.store, ticket.subject, ticket.id)))
    return problemReply(reader, 'ticket_refused')

  const { binding, cookies: bindingCookies } =
    proof.newSession === undefined
      ? takeBinding(identity, opened.binding)
      : { binding: bindToSession(proof.newSession), cookies: [] }
  if (opened.binding !== undefined && opened.binding !== binding)
    await noteContinuation(engine, ticket.subject, opened.binding, binding)
  // before the waits: what is taken back during them ends the new evidence as well
  const position = engine.state.position ?? '0:0'
  const evidence = addToEvidence({
    subject: ticket.subject,
    binding,
    before: await evidenceBefore(engine, opened, at),
    added: checked.factors,
    at,
    position,
  })
  const factors = factorsOf({ identity, evidence })
  const permit = needsPermit(ticket.requirement) ? permitOf(ticket, at, position) : undefined
  const met =
    (permit !== undefined || !needsPermit(ticket.requirement)) &&
    (await meets(engine, opened, factors, at))
  const given = met && permit !== undefined ? withPermit(evidence, permit) : evidence
  const cookies = [
    ...bindingCookies,
    await sealEvidence(engine.sealers.evidence, given),
    ...(ticket.secret === undefined ? [] : [expiredCookie(transactionCookieName(ticket.id))]),
  ]
  if (!met) return await answerTooLittle(engine, config, request, opened, binding, cookies)

  await forgetAttempts(engine.store, ticket.subject)
  await renewAllowances(engine, ticket.subject, factors, at)
  const remembered =
    proof.rememberDevice === true ? await trustDevice(engine, opened, checked, binding, at) : []
  engine.recorder.note({
    type: 'challenge',
    at,
    subject: ticket.subject,
    what: 'completed',
    ticket: ticket.id,
    action: ticket.action,
    methods: checked.factors.map(({ method }) => method),
    remembered: remembered.length > 0,
  })
  await tellChallenged(engine, config, reader, opened, 'completed', proof.newSession)
  const target =
    readReturnTarget(proof.returnTo, config) ??
    readReturnTarget(request.returnTo, config) ??
    ticket.returnTo ??
    '/'
  return redirectReply(readReturnTarget(target, config) ?? '/', [...cookies, ...remembered])
}

async function evidenceBefore(
  engine: Engine,
  { ticket: { subject }, binding, cookies }: OpenedTicket,
  at: number,
): Promise<Evidence | undefined> {
  const { state, freshness, sealers } = engine
  return await readEvidence({
    ...{ at, subject, binding, cookies, state },
    sealer: sealers.evidence,
    notBefore: evidenceNotBefore(freshness),
  })
}

async function meets(
  engine: Engine,
  { ticket }: OpenedTicket,
  factors: readonly Factor[],
  at: number,
): Promise<boolean> {
  const levels = (await choosePolicy(engine, ticket.subject))?.policy.levels
  return (
    levels !== undefined &&
    checkRequirement(levels, requirementNow(ticket, at), factors, at) === 'requirement_met'
  )
}
