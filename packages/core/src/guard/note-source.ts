// A source of signals that proves to be alive: until when what it has not said counts as not so.
import type { Engine } from '../engine/engine.ts'

export interface SourceInput {
  readonly source: string
  /** The signals that it tells. From `until` on, unless it is heard again, they are unknown to every decision. */
  readonly signals: readonly string[]
  /** The first moment at which it is quiet; in the past: it is quiet already. */
  readonly until: Date
}

const MOST_SIGNALS = 100

/** @throws TypeError where a part of it is none */
export async function noteSource(
  engine: Engine,
  { source, signals, until }: SourceInput,
): Promise<void> {
  assertName('source', source)
  if (!Array.isArray(signals) || signals.length > MOST_SIGNALS)
    throw new TypeError(`heardFrom: signals must be a list of at most ${MOST_SIGNALS} codes`)
  for (const code of signals) assertName('a signal', code)
  const end = until?.getTime()
  if (!Number.isFinite(end)) throw new TypeError('heardFrom: until must be a date')
  const at = engine.clock.now()
  await engine.append({
    topic: 'source',
    id: crypto.randomUUID(),
    at,
    by: source,
    why: 'it was heard',
    data: { source, signals: [...signals], until: end },
  })
}

function assertName(what: string, name: unknown): void {
  if (typeof name !== 'string' || name === '' || name.length > 500)
    throw new TypeError(`heardFrom: ${what} must be a text of at most 500 characters`)
}
