// Gives appends their positions, in the order in which they came: compare-and-set within one group, too.
import {
  type AppendResult,
  type FeedEntry,
  type FeedEvent,
  nextPosition,
  type Position,
} from '@countersign/core'

export interface Appending {
  readonly event: FeedEvent
  readonly expect: Position | 'none' | undefined
  readonly resolve: (result: AppendResult) => void
  readonly reject: (error: unknown) => void
}

export interface Placed {
  readonly appending: Appending
  /** To be written; `undefined` where somebody else was first. */
  readonly entry: FeedEntry | undefined
  /** What to answer once the group is durable. */
  readonly result: AppendResult
}

/** `topics`: the last position of each topic before the group. */
export function placeAppends(
  group: readonly Appending[],
  last: Position,
  topics: ReadonlyMap<string, Position>,
): readonly Placed[] {
  const placedTopics = new Map<string, Position>()
  let position = last
  return group.map((appending) => {
    const { event, expect } = appending
    const topicLast = placedTopics.get(event.topic) ?? topics.get(event.topic) ?? 'none'
    if (expect !== undefined && expect !== topicLast) {
      return { appending, entry: undefined, result: { ok: false, last: topicLast } }
    }
    position = nextPosition(position)
    placedTopics.set(event.topic, position)
    return { appending, entry: { position, event }, result: { ok: true, position } }
  })
}
