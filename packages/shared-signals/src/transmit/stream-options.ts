// The streams of a transmitter: who receives, by which way, and which events. They are the app's, set up in its code.
import { ConfigurationError, describeValue } from '@countersign/core'
import { assertNames } from '../assert-names.ts'
import { type Authorization, readAuthorization, readEndpoint } from '../http/endpoint.ts'
import { OWN_TYPES } from './event-of-record.ts'

export interface TransmitterStream {
  /** Letters, digits, `-` and `_`. */
  readonly id: string
  /** The receiver's, as `aud`. */
  readonly audience: string
  /** Its push endpoint (RFC 8935), and the `Authorization` header that it asks for. Without it the receiver polls. */
  readonly push?: { readonly url: string; readonly authorization?: Authorization | undefined }
  /** What the receiver sends as `Authorization` to poll and to ask about its stream: the whole header, at least 16 characters. */
  readonly authorization: string
  /** Event types that it gets. @default all there are */
  readonly events?: readonly string[] | undefined
}

export interface Stream {
  readonly id: string
  readonly audience: string
  readonly push:
    | { readonly url: URL; readonly authorization: Authorization | undefined }
    | undefined
  readonly authorization: string
  readonly events: readonly string[]
}

const NAMES = ['id', 'audience', 'push', 'authorization', 'events']
const SHORTEST_AUTHORIZATION = 16

/** @throws ConfigurationError */
export function readStreams(streams: readonly TransmitterStream[]): readonly Stream[] {
  const list = Array.isArray(streams) ? streams.map(readStream) : []
  const ids = new Set(list.map(({ id }) => id))
  if (list.length === 0 || ids.size < list.length)
    throw wrong('streams', 'must list at least one, each with an id of its own', streams)
  return list
}

function readStream(options: TransmitterStream): Stream {
  assertNames('a stream', options, NAMES)
  const { id, audience, push, authorization, events = OWN_TYPES } = options
  if (typeof id !== 'string' || !/^[\w-]{1,64}$/.test(id))
    throw wrong('id', 'must be letters, digits, - and _', id)
  if (typeof audience !== 'string' || audience === '')
    throw wrong('audience', "must be the receiver's name, as its aud", audience)
  if (typeof authorization !== 'string' || authorization.length < SHORTEST_AUTHORIZATION)
    throw wrong('authorization', 'must be a whole header of at least 16 characters', undefined)
  const unknown = events.find((type) => !OWN_TYPES.includes(type))
  if (unknown !== undefined)
    throw wrong('events', `must be some of ${OWN_TYPES.join(', ')}`, unknown)
  return Object.freeze({
    ...{ id, audience, authorization, events: [...events] },
    push: push && {
      url: readEndpoint(push.url, 'push.url'),
      authorization: readAuthorization(push.authorization, 'push.authorization'),
    },
  })
}

function wrong(path: string, problem: string, got: unknown): ConfigurationError {
  return new ConfigurationError({
    ...{ code: 'stream_malformed', path, problem, got: describeValue(got) },
    fix: "Write { id: 'crm', audience: 'https://crm.example', authorization: 'Bearer …', push: { url } }.",
  })
}
