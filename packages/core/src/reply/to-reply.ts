// A refusal as HTTP (the table of the design): 303 for people, 401, 403 and 503 for programs, never a 307.
import type { Basis } from '../decide/basis.ts'
import type { Decision, Refuse } from '../decide/decision.ts'
import type { GuardConfig } from '../decide/guard-config.ts'
import type { Engine } from '../engine/engine.ts'
import type { Evaluated } from '../evaluate-request.ts'
import { knownAttributes } from '../request/coerce-resource.ts'
import { readReturnTarget } from '../request/read-return-target.ts'
import { isNavigation, isPrefetch } from '../request/request-kind.ts'
import type { RequestReader } from '../request/request-reader.ts'
import type { Cookie } from '../request/serialize-cookie.ts'
import { issueTicket } from '../ticket/issue-ticket.ts'
import { problemReply, redirectReply } from './build-reply.ts'
import { challengeLocation } from './challenge-location.ts'
import type { Reply } from './reply.ts'

export interface Refused {
  /** With its `challengeUrl`, where there is one. */
  readonly decision: Refuse
  readonly reply: Reply
}

export async function toReply(
  engine: Engine,
  config: GuardConfig,
  reader: RequestReader,
  { decision, basis, cookies }: Evaluated & { readonly decision: Refuse },
): Promise<Refused> {
  const details = { decision: decision.id }
  switch (decision.outcome) {
    case 'deny': {
      const code =
        decision.because === 'policy'
          ? 'denied'
          : decision.because === 'too_little'
            ? 'too_little'
            : 'unavailable'
      return { decision, reply: problemReply(reader, code, cookies, details) }
    }
    case 'challenge': {
      if (decision.need === 'sign-in')
        return { decision, reply: signInReply(config, reader, cookies, details) }
      return await stepUp(engine, config, reader, decision, basis, cookies)
    }
  }
}

export function signInReply(
  config: GuardConfig,
  reader: RequestReader,
  cookies: readonly Cookie[],
  details: { readonly decision: string },
): Reply {
  if (config.loginPath !== undefined && isNavigation(reader) && !isPrefetch(reader))
    return redirectReply(config.loginPath, cookies)
  const loginUrl = config.loginPath === undefined ? {} : { loginUrl: config.loginPath }
  return problemReply(reader, 'sign_in_required', cookies, { ...details, ...loginUrl }, [
    ['www-authenticate', 'Bearer'],
  ])
}

type StepUp = Extract<Decision, { need: 'step-up' }>

async function stepUp(
  engine: Engine,
  config: GuardConfig,
  reader: RequestReader,
  decision: StepUp,
  basis: Basis | undefined,
  cookies: readonly Cookie[],
): Promise<Refused> {
  const { requirement } = decision
  const headers = [['www-authenticate', insufficientAuthentication(reader, decision)]] as const
  const details = { decision: decision.id, ...requirementDetails(decision) }
  // nothing comes of what nobody asked for yet (T39)
  if (basis === undefined || config.challengePath === undefined || isPrefetch(reader))
    return { decision, reply: problemReply(reader, 'step_up_required', cookies, details, headers) }

  const navigation = isNavigation(reader)
  const { scene } = basis
  const ticket = await issueTicket(engine, scene, {
    resource: knownAttributes(basis.resource),
    requirement,
    returnTo: navigation && reader.method() === 'GET' ? returnTarget(config, reader) : undefined,
    navigation,
    tries: 0,
  })
  const challengeUrl = challengeLocation(config.challengePath, ticket.token)
  const all = [...cookies, ...ticket.cookies]
  const reply = navigation
    ? redirectReply(challengeUrl, all)
    : problemReply(reader, 'step_up_required', all, { ...details, challengeUrl }, headers)
  return { decision: { ...decision, challengeUrl }, reply }
}

// absolute-form targets come from proxies and name a host: only their path could be meant, and it is left out
function returnTarget(config: GuardConfig, reader: RequestReader): string | undefined {
  const target = reader.target()
  return target.startsWith('/') ? readReturnTarget(target, config) : undefined
}

/** RFC 9470, section 3; the scheme that the client used, Bearer or DPoP. */
function insufficientAuthentication(reader: RequestReader, { requirement }: StepUp): string {
  const scheme = /^dpop /i.test(reader.header('authorization') ?? '') ? 'DPoP' : 'Bearer'
  const parts = [
    'error="insufficient_user_authentication"',
    'error_description="A different or more recent authentication is required"',
    ...(requirement.acr === undefined ? [] : [`acr_values="${requirement.acr}"`]),
    ...(requirement.maxAgeSeconds === undefined ? [] : [`max_age="${requirement.maxAgeSeconds}"`]),
  ]
  return `${scheme} ${parts.join(', ')}`
}

function requirementDetails({ requirement }: StepUp): Record<string, unknown> {
  const { acr, amr, maxAgeSeconds } = requirement
  return {
    error: 'insufficient_user_authentication',
    ...(acr === undefined ? {} : { acr_values: acr }),
    ...(amr === undefined ? {} : { amr_values: amr }),
    ...(maxAgeSeconds === undefined ? {} : { max_age: maxAgeSeconds }),
  }
}
