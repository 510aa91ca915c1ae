// The push endpoint (RFC 8935): a POST with one security event token, answered once it holds.

import { limitInFlight } from '../http/limit-in-flight.ts'
import { readBody } from '../http/read-body.ts'
import { isSameText } from '../http/same-text.ts'
import { LONGEST_SET } from '../set/create-set-verifier.ts'
import { refuse, type SetError } from '../set/set-error.ts'
import type { Accepted } from './accept-set.ts'
import { peekIssuer } from './peek-issuer.ts'
import type { Transmitter } from './transmitter-options.ts'

export interface PushOptions {
  readonly transmitters: ReadonlyMap<string, Transmitter>
  readonly accept: (transmitter: Transmitter, jwt: string) => Promise<Accepted>
  readonly failed: (error: unknown) => void
}

/** So many at a time; a sender is told to come again, and no queue grows. */
const MOST_IN_FLIGHT = 256

export function pushHandler({
  transmitters,
  accept,
  failed,
}: PushOptions): (request: Request) => Promise<Response> {
  const inFlight = limitInFlight(MOST_IN_FLIGHT)

  async function answer(request: Request): Promise<Response> {
    const jwt = await readSet(request)
    if (jwt instanceof Response) return jwt
    const issuer = peekIssuer(jwt)
    if (issuer === undefined)
      return toError(refuse('invalid_request', 'this is no security event token'))
    const transmitter = transmitters.get(issuer)
    if (transmitter === undefined)
      return toError(refuse('invalid_issuer', 'this issuer is not known here'))
    if (!(await isAuthorized(request, transmitter.pushAuthorization)))
      return toError(
        refuse('authentication_failed', 'the Authorization header is not the one agreed on'),
      )
    const accepted = await accept(transmitter, jwt)
    // RFC 8935, 2: a repeated delivery is answered as the first was
    if (accepted.ok) return reply(202)
    return accepted.retry === true ? unavailable() : toError(accepted)
  }

  return async function push(request) {
    if (request.method !== 'POST') return reply(405, [['allow', 'POST']])
    const answering = inFlight.run(() => answer(request))
    if (answering === undefined) return unavailable()
    try {
      return await answering
    } catch (error) {
      failed(error)
      return unavailable()
    }
  }
}

async function readSet(request: Request): Promise<string | Response> {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/secevent+jwt')
    return toError(refuse('invalid_request', 'Content-Type must be application/secevent+jwt'))
  const body = await readBody(request, LONGEST_SET)
  if (body.ok) return body.text.trim()
  const error = refuse('invalid_request', `the body cannot be read: ${body.why}`)
  return toError(error, body.why === 'too_large' ? 413 : 400)
}

async function isAuthorized(request: Request, due: string | undefined): Promise<boolean> {
  return due === undefined || (await isSameText(request.headers.get('authorization') ?? '', due))
}

/** RFC 8935, 2.4. */
function toError({ err, description }: SetError, status = 400): Response {
  return new Response(JSON.stringify({ err, description }), {
    status,
    headers: {
      'content-type': 'application/json',
      'content-language': 'en',
      'cache-control': 'no-store',
    },
  })
}

function unavailable(): Response {
  return reply(503, [['retry-after', '1']])
}

function reply(status: number, headers: readonly (readonly [string, string])[] = []): Response {
  return new Response(null, {
    status,
    headers: [
      ['cache-control', 'no-store'],
      ...headers.map(([a, b]) => [a, b] as [string, string]),
    ],
  })
}
