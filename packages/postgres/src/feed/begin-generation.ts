// After a failover, or a restore to an earlier moment, the newest events may be gone. A follower that has seen all of the
// history begins a new generation with what it folded, so that nobody takes what was lost for what comes next under the
// same numbers.
import { type LastState, readPosition } from '@countersign/core'
import type { Sql } from '../sql.ts'
import type { FeedLook } from './read-feed.ts'

/**
 * `knownId`: of the event that the follower saw at the end that is there now. Does nothing where somebody else was
 * first, or where the feed went on meanwhile: it is to be looked at again.
 *
 * @throws where another history was written under numbers that the follower knows otherwise
 */
export async function beginGeneration(
  { schema, query }: Sql,
  look: FeedLook,
  last: LastState,
  knownId: string | undefined,
): Promise<void> {
  const [row] = await query<{ answer: 'begun' | 'late' | 'forked' }>(
    `select ${schema}.begin_generation($1, $2, $3, $4, $5, $6) as answer`,
    [
      ...[...readPosition(look.position), knownId ?? null],
      ...[...readPosition(last.at), Buffer.from(last.state)],
    ],
  )
  if (row?.answer === 'forked') throw forked()
}

export function forked(): Error {
  return new Error(
    'the feed was put back to an earlier moment and went on otherwise than this instance has seen: start it anew',
  )
}
