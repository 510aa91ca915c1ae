// Manages event streams at a transmitter: discovery, and the management API of SSF 1.0, section 8.
import { assertNames } from '../assert-names.ts'
import { type Authorization, isSafe, readAuthorization, readEndpoint } from '../http/endpoint.ts'
import { type JsonRequest, requestJson } from '../http/request-json.ts'
import type { SubjectIdentifier } from '../set/subject-identifier.ts'
import { ssfConfigurationUrl } from './ssf-configuration-url.ts'

/** What a transmitter tells of itself: SSF 1.0, section 7.1. */
export interface TransmitterMetadata {
  readonly issuer: string
  readonly jwks_uri?: string
  readonly delivery_methods_supported?: readonly string[]
  readonly configuration_endpoint?: string
  readonly status_endpoint?: string
  readonly add_subject_endpoint?: string
  readonly remove_subject_endpoint?: string
  readonly verification_endpoint?: string
  readonly [name: string]: unknown
}

export type StreamStatus = 'enabled' | 'paused' | 'disabled'

export type Delivery =
  | {
      readonly method: typeof PUSH
      readonly endpoint_url: string
      readonly authorization_header?: string
    }
  /** The transmitter supplies `endpoint_url`. */
  | { readonly method: typeof POLL; readonly endpoint_url?: string }

/** SSF 1.0, section 8.1.1. */
export interface StreamConfiguration {
  readonly stream_id: string
  readonly iss: string
  readonly aud: string | readonly string[]
  readonly delivery: Delivery
  readonly events_supported?: readonly string[]
  readonly events_requested?: readonly string[]
  readonly events_delivered?: readonly string[]
  /** Seconds. */
  readonly min_verification_interval?: number
  readonly description?: string
  readonly [name: string]: unknown
}

export type StreamRequest = Partial<
  Pick<StreamConfiguration, 'delivery' | 'events_requested' | 'description'>
>

export interface StreamClientOptions {
  readonly issuer: string
  /** The `Authorization` header, or what makes it for each request. */
  readonly authorization?: Authorization | undefined
}

/** Each rejects with a `StreamError` where the transmitter refuses. */
export interface StreamClient {
  metadata(): Promise<TransmitterMetadata>
  create(stream: StreamRequest): Promise<StreamConfiguration>
  read(streamId: string): Promise<StreamConfiguration>
  list(): Promise<readonly StreamConfiguration[]>
  /** Changes what is given, and leaves the rest. */
  update(streamId: string, change: StreamRequest): Promise<StreamConfiguration>
  /** What is not given is deleted. */
  replace(streamId: string, stream: StreamRequest): Promise<StreamConfiguration>
  delete(streamId: string): Promise<void>
  status(streamId: string): Promise<StreamStatus>
  setStatus(streamId: string, status: StreamStatus, reason?: string): Promise<void>
  /** Asks for a verification event, which bears `state`. It comes over the stream, later. */
  verify(streamId: string, state?: string): Promise<void>
  /** `verified`: that you have verified this to be the subject's identifier. */
  addSubject(streamId: string, subject: SubjectIdentifier, verified?: boolean): Promise<void>
  removeSubject(streamId: string, subject: SubjectIdentifier): Promise<void>
}

export const PUSH = 'urn:ietf:rfc:8935'
export const POLL = 'urn:ietf:rfc:8936'

/** A transmitter that refused: `status` is HTTP's, 429 where it was asked too often. */
export class StreamError extends Error {
  override readonly name = 'StreamError'
  readonly status: number
  readonly retryAfterMs: number | undefined
  constructor(what: string, status: number, retryAfterMs: number | undefined) {
    super(`${what}: the transmitter answered ${status}`)
    this.status = status
    this.retryAfterMs = retryAfterMs
  }
}

/** @throws ConfigurationError where an option is wrong */
export function createStreamClient(options: StreamClientOptions): StreamClient {
  assertNames('createStreamClient', options, ['issuer', 'authorization'])
  const issuer = readEndpoint(options.issuer, 'issuer')
  const authorization = readAuthorization(options.authorization, 'authorization')
  let discovered: Promise<TransmitterMetadata> | undefined

  function metadata(): Promise<TransmitterMetadata> {
    discovered ??= discover(issuer, options.issuer).catch((error: unknown) => {
      discovered = undefined
      throw error
    })
    return discovered
  }

  async function call(
    name: keyof TransmitterMetadata & string,
    what: string,
    request: Pick<JsonRequest, 'method' | 'body'> & { readonly query?: Record<string, string> },
  ): Promise<unknown> {
    const url = endpointOf(await metadata(), name)
    for (const [key, value] of Object.entries(request.query ?? {})) url.searchParams.set(key, value)
    const { status, json, retryAfterMs } = await requestJson(url, { ...request, authorization })
    // 202: accepted, and done later
    if (status >= 200 && status < 300) return json
    throw new StreamError(what, status, retryAfterMs)
  }

  const configure = async (
    what: string,
    method: JsonRequest['method'],
    body?: object,
    query?: Record<string, string>,
  ): Promise<StreamConfiguration> =>
    toStream(
      await call('configuration_endpoint', what, { method, body, ...(query && { query }) }),
      options.issuer,
    )

  return {
    metadata,
    create: (stream) => configure('create a stream', 'POST', stream),
    read: (id) => configure('read a stream', 'GET', undefined, { stream_id: id }),
    async list() {
      const found = await call('configuration_endpoint', 'list streams', { method: 'GET' })
      return (Array.isArray(found) ? found : []).map((one) => toStream(one, options.issuer))
    },
    update: (id, change) => configure('update a stream', 'PATCH', { stream_id: id, ...change }),
    replace: (id, stream) => configure('replace a stream', 'PUT', { stream_id: id, ...stream }),
    async delete(id) {
      const query = { stream_id: id }
      await call('configuration_endpoint', 'delete a stream', { method: 'DELETE', query })
    },
    async status(id) {
      const query = { stream_id: id }
      return toStatus(await call('status_endpoint', 'read a status', { method: 'GET', query }))
    },
    async setStatus(id, status, reason) {
      const body = { stream_id: id, status, ...(reason === undefined ? {} : { reason }) }
      await call('status_endpoint', 'set a status', { method: 'POST', body })
    },
    async verify(id, state) {
      const body = { stream_id: id, ...(state === undefined ? {} : { state }) }
      await call('verification_endpoint', 'verify a stream', { method: 'POST', body })
    },
    async addSubject(id, subject, verified) {
      const body = { stream_id: id, subject, ...(verified === undefined ? {} : { verified }) }
      await call('add_subject_endpoint', 'add a subject', { method: 'POST', body })
    },
    async removeSubject(id, subject) {
      const body = { stream_id: id, subject }
      await call('remove_subject_endpoint', 'remove a subject', { method: 'POST', body })
    },
  }
}

async function discover(url: URL, issuer: string): Promise<TransmitterMetadata> {
  const { status, json } = await requestJson(ssfConfigurationUrl(url), { method: 'GET' })
  if (status !== 200) throw new StreamError('discover', status, undefined)
  const found = json as Partial<TransmitterMetadata> | undefined
  // SSF 1.0, 7.2.4: another issuer's document says nothing about this one
  if (typeof found !== 'object' || found === null || found.issuer !== issuer)
    throw new Error(`the SSF configuration of ${issuer} names another issuer`)
  return Object.freeze({ ...found, issuer })
}

function endpointOf(metadata: TransmitterMetadata, name: string): URL {
  const value = metadata[name]
  if (value === undefined) throw new Error(`${metadata.issuer} has no ${name}`)
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined
  if (url !== undefined && isSafe(url)) return url
  throw new Error(`${metadata.issuer} has a ${name} that is no https URL`)
}

function toStream(json: unknown, issuer: string): StreamConfiguration {
  const { stream_id: id, iss } = (json ?? {}) as Partial<StreamConfiguration>
  if (typeof id !== 'string' || id === '')
    throw new Error('the transmitter answered without a stream')
  if (iss !== issuer) throw new Error('the stream is of another issuer')
  return json as StreamConfiguration
}

function toStatus(json: unknown): StreamStatus {
  const status = (json as { status?: unknown } | undefined)?.status
  if (status === 'enabled' || status === 'paused' || status === 'disabled') return status
  throw new Error('the transmitter answered without a status')
}
