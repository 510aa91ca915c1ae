// How a transmitter is polled (RFC 8936).

import { type Authorization, readAuthorization, readEndpoint } from '../http/endpoint.ts'
import { readDuration } from '../read-duration.ts'

export interface PollOptions {
  /** The stream's `endpoint_url`: https, or http on loopback. */
  readonly url: string
  /** The `Authorization` header, or what makes it for each request. */
  readonly authorization?: Authorization | undefined
  /** @default 100 */
  readonly maxEvents?: number | undefined
  /** How long to wait between two polls of a transmitter that answers at once though it has nothing. @default '5s' */
  readonly every?: string | number | undefined
}

export interface Polling {
  readonly url: URL
  readonly authorization: Authorization | undefined
  readonly maxEvents: number
  readonly everyMs: number
}

export function readPollOptions({
  url,
  authorization,
  maxEvents = 100,
  every = '5s',
}: PollOptions): Polling {
  return {
    url: readEndpoint(url, 'poll.url'),
    authorization: readAuthorization(authorization, 'poll.authorization'),
    maxEvents: Math.max(1, Math.min(1000, Math.trunc(maxEvents) || 100)),
    everyMs: readDuration(every, 'poll.every', { from: 100, to: 3_600_000 }),
  }
}
