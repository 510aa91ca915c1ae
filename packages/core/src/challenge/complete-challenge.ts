// Completing a challenge: single-use, same-origin, the same subject and login as the ticket's; then evidence, and
// where the person wants it and has earned it, trust in the device.
import { factorsOf } from '../decide/facts-of-request.ts'
import type { GuardConfig } from '../decide/guard-config.ts'
import { deviceCookies, takeBinding } from '../decide/settle-device.ts'
import { type DeviceCookie, parseDeviceCookie } from '../device/device-cookie.ts'
import { deviceKey } from '../device/device-grant.ts'
import { giveDevice } from '../device/give-device.ts'
import type { Engine } from '../engine/engine.ts'
import { bindToSession } from '../identity/session-binding.ts'
import { revokeDevice } from '../operate/end-device.ts'
import { noteStepUp } from '../opt-outs/spend-allowance.ts'
import { checkRequirement, lastMetAt } from '../policy/check-requirement.ts'
import type { Factor } from '../policy/facts.ts'
import { problemReply, redirectReply } from '../reply/build-reply.ts'
import { challengeLocation } from '../reply/challenge-location.ts'
import type { Reply } from '../reply/reply.ts'
import { isSameOrigin } from '../request/is-same-origin.ts'
import type { Cookie } from '../request/serialize-cookie.ts'
import { randomId } from '../seal/random-id.ts'
import { BY_ENGINE } from '../state/feed-event.ts'
import { consumeTicket, forgetAttempts } from './attempts.ts'
import type { ChallengeRequest } from './challenge-request.ts'
import {
  EVIDENCE_COOKIE,
  type Evidence,
  evidenceNotBefore,
  LONGEST_EVIDENCE_MS,
  mergeFactors,
  readEvidence,
} from './evidence.ts'
import { issueTicket } from './issue-ticket.ts'
import { noteContinuation, type OpenedTicket, openTicket } from './open-ticket.ts'
import { type CheckedProof, checkProof, type Proof } from './proof.ts'
import { readReturnTarget } from './read-return-target.ts'
import { transactionCookieName } from './ticket.ts'

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
  const given = await giveEvidence(engine, opened, checked, binding, at)
  const factors = factorsOf({ identity, evidence: given.evidence })
  const cookies = [
    ...bindingCookies,
    given.cookie,
    ...(ticket.secret === undefined ? [] : [gone(transactionCookieName(ticket.id))]),
  ]
  if (!meets(engine, opened, factors, at))
    return await tooLittle(engine, config, request, opened, binding, cookies)

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
  const target =
    readReturnTarget(proof.returnTo, config) ??
    readReturnTarget(request.returnTo, config) ??
    ticket.returnTo ??
    '/'
  return redirectReply(readReturnTarget(target, config) ?? '/', [...cookies, ...remembered])
}

async function giveEvidence(
  engine: Engine,
  opened: OpenedTicket,
  checked: CheckedProof,
  binding: string,
  at: number,
): Promise<{ readonly evidence: Evidence; readonly cookie: Cookie }> {
  const { subject } = opened.ticket
  // before the wait: what is taken back during it ends the new evidence as well
  const position = engine.state.position ?? '0:0'
  const before = await readEvidence({
    at,
    subject,
    binding: opened.binding,
    cookies: opened.cookies,
    sealer: engine.sealers.evidence,
    state: engine.state,
    notBefore: evidenceNotBefore(engine.freshness),
  })
  const evidence: Evidence = {
    id: randomId(),
    subject,
    binding,
    factors: mergeFactors(before?.factors ?? [], checked.factors),
    givenAt: at,
    position,
  }
  const value = await engine.sealers.evidence.seal({
    ...evidence,
    factors: evidence.factors.map((one) => ({ ...one })),
  })
  return {
    evidence,
    cookie: { name: EVIDENCE_COOKIE, value, maxAgeSeconds: LONGEST_EVIDENCE_MS / 1000 },
  }
}

function meets(
  engine: Engine,
  { ticket }: OpenedTicket,
  factors: readonly Factor[],
  at: number,
): boolean {
  const levels = engine.current()?.policy.levels
  return (
    levels !== undefined &&
    checkRequirement(levels, ticket.requirement, factors, at) === 'requirement_met'
  )
}

/** One more try; then an end (T21). */
async function tooLittle(
  engine: Engine,
  config: GuardConfig,
  { reader }: ChallengeRequest,
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
      returnTo: ticket.returnTo,
      navigation: ticket.secret !== undefined,
      tries: ticket.tries + 1,
    },
  )
  return redirectReply(challengeLocation(config.challengePath, again.token), [
    ...cookies,
    ...again.cookies,
  ])
}

/** Allowances count from the last step-up that met the rule they waive. */
async function renewAllowances(
  engine: Engine,
  subject: string,
  factors: readonly Factor[],
  at: number,
): Promise<void> {
  const active = engine.current()
  if (active === undefined) return
  for (const rule of active.policy.compiled.rules) {
    const { require } = rule
    if (
      require === undefined ||
      checkRequirement(active.policy.levels, require, factors, at) !== 'requirement_met'
    )
      continue
    const metAt = lastMetAt(active.policy.levels, require, factors, at)
    for (const optOut of rule.optOuts) {
      if (active.optOuts.get(optOut)?.optOut.kind !== 'allowance') continue
      await noteStepUp(engine.store, { subject, rule: rule.id, optOut, metAt })
    }
  }
}

/** No record, no trust; and while stale nothing is given that outlives the outage. */
async function trustDevice(
  engine: Engine,
  { ticket, cookies }: OpenedTicket,
  { secondFactor }: CheckedProof,
  binding: string,
  at: number,
): Promise<readonly Cookie[]> {
  if (!secondFactor) {
    const message = 'a device is not trusted: none of the factors is a second one of RFC 8176'
    engine.logger.warn({ action: ticket.action }, message)
    return []
  }
  const active = engine.current()
  const position = engine.state.position
  if (active === undefined || position === undefined || engine.freshness.isStale()) return []
  if (Object.keys(active.deviceLimits).length === 0) return []
  const { subject } = ticket
  const activation = active.activation.position
  const gift = { subject, binding, activation, position, at, limits: active.deviceLimits }
  let cookie: DeviceCookie | undefined
  try {
    cookie = await giveDevice(engine.store, gift)
    const { device } = cookie
    await engine.recorder.record({
      type: 'device',
      at,
      subject,
      device,
      what: 'trusted',
      activation,
    })
    if (engine.freshness.isStale()) throw new Error('this instance is no longer up to date')
    const set = await deviceCookies(engine, cookies, cookie, at)
    await endReplaced(engine, subject, cookies)
    return set
  } catch (error) {
    engine.logger.error(
      { err: error },
      'a device could not be trusted: the challenge counts all the same',
    )
    if (cookie !== undefined) await forgetDevice(engine, subject, cookie.device)
    return []
  }
}

/** One browser, one device: the trust that it had before ends, and with it every copy of its cookie. */
async function endReplaced(
  engine: Engine,
  subject: string,
  cookies: ReadonlyMap<string, string>,
): Promise<void> {
  for (const name of await engine.deviceNames.for(subject)) {
    const before = parseDeviceCookie(await engine.sealers.device.open(cookies.get(name) ?? ''))
    if (before?.subject !== subject || engine.state.isDeviceRevoked(subject, before.device))
      continue
    await revokeDevice(engine, before, BY_ENGINE, 'the same browser was trusted anew')
  }
}

/** Nobody has its cookie; what is left of it would only be listed. */
async function forgetDevice(engine: Engine, subject: string, device: string): Promise<void> {
  await engine.store.write(deviceKey(subject, device), undefined, 'any').catch(() => false)
}

function gone(name: string): Cookie {
  return { name: name as Cookie['name'], value: '', maxAgeSeconds: 0 }
}
