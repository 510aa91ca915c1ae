// How a stream is asked for a sign of life.
import { ConfigurationError, describeValue } from '@countersign/core'
import { readDuration } from '../read-duration.ts'
import type { StreamClient } from '../stream/create-stream-client.ts'

export interface VerifyOptions {
  /** What `createStreamClient` makes. */
  readonly client: Pick<StreamClient, 'verify'>
  readonly streamId: string
  /**
   * How often it is asked: not more often than the stream's `min_verification_interval`. A stream from which nothing has
   * come for twice as long is quiet, and what depends on it is unknown.
   */
  readonly every: string | number
}

export interface Verifying {
  readonly client: Pick<StreamClient, 'verify'>
  readonly streamId: string
  readonly everyMs: number
}

export function readVerifyOptions({ client, streamId, every }: VerifyOptions): Verifying {
  if (typeof client?.verify !== 'function' || typeof streamId !== 'string' || streamId === '')
    throw new ConfigurationError({
      code: 'verify_malformed',
      path: 'verify',
      problem: 'must have a stream client and the id of the stream',
      got: describeValue(client),
      fix: "Write verify: { client: createStreamClient({ … }), streamId, every: '5m' }.",
    })
  return {
    client,
    streamId,
    everyMs: readDuration(every, 'verify.every', { from: 100, to: 7 * 86_400_000 }),
  }
}
