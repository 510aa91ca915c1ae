// Events as a feed would bring them, for the tests of the fold.
import type { CompiledPolicy } from '../../src/policy/compiled-policy.ts'
import type { FeedBatch, FeedEntry } from '../../src/ports/feed.ts'
import type { Position } from '../../src/ports/position.ts'
import type { FeedEvent } from '../../src/state/feed-event.ts'

export const START = 1_800_000_000_000

type Unsigned<E> = E extends FeedEvent
  ? Pick<E, 'topic' | 'data'> & { id?: string; at?: number }
  : never

let made = 0

export function event(part: Unsigned<FeedEvent>): FeedEvent {
  made += 1
  return { id: `event-${made}`, at: START, by: 'ann', why: 'a test', ...part } as FeedEvent
}

export function samplePolicy(name: string): CompiledPolicy {
  return {
    countersign: 1,
    evaluator: 1,
    name,
    revision: `revision-of-${name}`,
    levels: [{ acr: 'aal1', amr: [['pwd']] }],
    actions: 'any',
    external: [],
    routes: [],
    threatModels: {},
    segments: {},
    optOuts: {},
    rules: [],
    document: {},
  }
}

export function activate(name: string): FeedEvent {
  return event({ topic: 'policy', data: { kind: 'activate', policy: samplePolicy(name) } })
}

export function rollback(to: Position, recall = false): FeedEvent {
  return event({ topic: 'policy', data: { kind: 'rollback', to, recall } })
}

/** The events as the next batch after `after`. */
export function batch(after: Position, ...events: FeedEvent[]): FeedBatch {
  const [generation, sequence] = after.split(':').map(Number) as [number, number]
  const entries: FeedEntry[] = events.map((one, index) => ({
    position: `${generation}:${sequence + index + 1}`,
    event: one,
  }))
  const position: Position = `${generation}:${sequence + events.length}`
  return { events: entries, position, confirmedAt: 0 }
}
