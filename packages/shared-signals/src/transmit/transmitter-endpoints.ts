// What a transmitter answers over HTTP: its configuration and keys to anybody, and to each receiver its own stream.
import { limitInFlight } from '../http/limit-in-flight.ts'
import { readBody } from '../http/read-body.ts'
import { isSameText } from '../http/same-text.ts'
import { POLL, PUSH } from '../stream/create-stream-client.ts'
import { ssfConfigurationUrl } from '../stream/ssf-configuration-url.ts'
import { OWN_TYPES } from './event-of-record.ts'
import type { Stream } from './stream-options.ts'

export interface EndpointOptions {
  readonly issuer: string
  readonly streams: readonly Stream[]
  readonly keys: () => Promise<object>
  readonly poll: (stream: Stream, body: unknown) => Promise<object>
  /** False: it was asked for too lately. */
  readonly verify: (stream: Stream, state: string | undefined) => Promise<boolean>
}

/** Seconds between two verifications of one stream. */
export const VERIFIED_EVERY = 1
const MOST_BYTES = 256 * 1024
/** Polls are held: as many as there are receivers, and some. */
const MOST_IN_FLIGHT = 256

export function transmitterEndpoints({
  issuer,
  streams,
  keys,
  poll,
  verify,
}: EndpointOptions): (request: Request) => Promise<Response> {
  const base = issuer.replace(/\/$/, '')
  const endpoint = (name: string): string => `${base}/ssf/${name}`
  const pathOf = (url: string): string => new URL(url).pathname
  const inFlight = limitInFlight(MOST_IN_FLIGHT)
  const configuration = {
    spec_version: '1_0',
    issuer,
    jwks_uri: endpoint('keys'),
    delivery_methods_supported: [PUSH, POLL],
    configuration_endpoint: endpoint('stream'),
    status_endpoint: endpoint('status'),
    verification_endpoint: endpoint('verify'),
    default_subjects: 'ALL',
  }

  type Handler = (stream: Stream, sent: Record<string, unknown>) => Promise<Response>
  const handlers: Readonly<Record<string, Handler>> = {
    [`GET ${pathOf(endpoint('stream'))}`]: async (stream) => json(describe(stream)),
    [`GET ${pathOf(endpoint('status'))}`]: async ({ id }) =>
      json({ stream_id: id, status: 'enabled' }),
    [`POST ${pathOf(endpoint('poll'))}`]: async (stream, sent) => json(await poll(stream, sent)),
    [`POST ${pathOf(endpoint('verify'))}`]: async (stream, { state }) => {
      if (state !== undefined && (typeof state !== 'string' || state.length > 1024))
        return json({ err: 'invalid_request', description: 'state must be a text' }, 400)
      const asked = await verify(stream, state as string | undefined)
      return asked ? new Response(null, { status: 204 }) : comeAgain(429)
    },
  }

  function describe({ id, audience, push, events }: Stream): object {
    const delivery = push
      ? { method: PUSH, endpoint_url: push.url.href }
      : { method: POLL, endpoint_url: endpoint('poll') }
    return {
      ...{ stream_id: id, iss: issuer, aud: audience, delivery },
      ...{ events_supported: OWN_TYPES, events_requested: events, events_delivered: events },
      min_verification_interval: VERIFIED_EVERY,
    }
  }

  /** By what it sends as `Authorization`: a receiver has one stream, and sees no other. */
  async function streamOf(request: Request): Promise<Stream | undefined> {
    const sent = request.headers.get('authorization') ?? ''
    const same = await Promise.all(streams.map((one) => isSameText(sent, one.authorization)))
    return streams[same.indexOf(true)]
  }

  async function answerOwn(request: Request, handler: Handler): Promise<Response> {
    const stream = await streamOf(request)
    if (stream === undefined)
      return json(
        { err: 'authentication_failed', description: 'Authorization is of no stream' },
        401,
        [['www-authenticate', 'Bearer']],
      )
    const url = new URL(request.url)
    const query = Object.fromEntries(url.searchParams)
    const sent = request.method === 'POST' ? await readJson(request) : query
    if (sent === undefined)
      return json({ err: 'invalid_request', description: 'the body is no JSON object' }, 400)
    const named = sent['stream_id']
    if (named !== undefined && named !== stream.id)
      return json({ err: 'invalid_request', description: 'there is no such stream' }, 404)
    return await handler(stream, sent)
  }

  return async function answer(request) {
    const { method } = request
    const path = pathOf(request.url)
    if (method === 'GET' && path === ssfConfigurationUrl(new URL(issuer)).pathname)
      return json(configuration)
    if (method === 'GET' && path === pathOf(endpoint('keys'))) return json(await keys())
    const name = `${method} ${path}`
    const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined
    if (handler !== undefined)
      return (await inFlight.run(() => answerOwn(request, handler))) ?? comeAgain(503)
    const others = Object.keys(handlers).filter((one) => one.endsWith(` ${path}`))
    if (others.length === 0) return new Response(null, { status: 404 })
    // streams are set up in the app's code: nobody makes, changes or deletes one from outside
    const allow = others.map((one) => one.split(' ')[0]).join(', ')
    return new Response(null, { status: 405, headers: { allow } })
  }
}

async function readJson(request: Request): Promise<Record<string, unknown> | undefined> {
  const body = await readBody(request, MOST_BYTES)
  if (!body.ok) return undefined
  try {
    const parsed: unknown = body.text === '' ? {} : JSON.parse(body.text)
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
    return isObject ? (parsed as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function json(body: object, status = 200, headers: [string, string][] = []): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: [['content-type', 'application/json'], ['cache-control', 'no-store'], ...headers],
  })
}

function comeAgain(status: 429 | 503): Response {
  return new Response(null, { status, headers: { 'retry-after': `${VERIFIED_EVERY}` } })
}
