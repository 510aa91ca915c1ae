// Changes of the feed that nobody signed who may, and such as are broken: recorded, told to whoever watches the app, and kept in mind for the
// health (law 12). They changed nothing; that somebody tried is the news.
import type { Recorder } from '../audit/recorder.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Position } from '../ports/position.ts'
import type { RefusedEntry } from '../state/state.ts'

export interface Refusals {
  add(refused: readonly RefusedEntry[]): void
  /** Of the last ones. */
  why(position: Position): RefusedEntry['why'] | undefined
  /** For the health: until the process ends, so that nobody misses it. */
  warnings(): readonly string[]
}

const REMEMBERED = 100
const TOLD_A_MINUTE = 10
const MINUTE_MS = 60_000

export const REFUSED_TEXT: Readonly<Record<RefusedEntry['why'], string>> = {
  unsigned: 'no operator signed it',
  unknown_key: 'the key that signed it is not listed in operatorKeys',
  bad_signature: 'its signature does not verify for this deployment',
  retired_key: 'the key that signed it was retired before',
  out_of_date:
    'it was signed for a state that is no longer so: another change came first, or it is a copy',
  malformed: 'it is broken: it lacks what every event of its kind has',
}

export function keepRefusals({
  logger,
  recorder,
  clock,
}: {
  readonly logger: Logger
  readonly recorder: Pick<Recorder, 'note'>
  readonly clock: Clock
}): Refusals {
  const remembered = new Map<Position, RefusedEntry['why']>()
  let count = 0
  let last: RefusedEntry | undefined
  let minute = Number.NEGATIVE_INFINITY
  let toldThisMinute = 0

  /** A flood must not fill the log. */
  function mayTell(): boolean {
    const now = clock.monotonic()
    if (now - minute >= MINUTE_MS) {
      minute = now
      toldThisMinute = 0
    }
    toldThisMinute += 1
    return toldThisMinute <= TOLD_A_MINUTE
  }

  function addOne(entry: RefusedEntry): void {
    const { position, event, why } = entry
    count += 1
    last = entry
    remembered.set(position, why)
    if (remembered.size > REMEMBERED)
      for (const oldest of remembered.keys()) {
        remembered.delete(oldest)
        break
      }
    const { topic, by, kind } = describe(event)
    recorder.note({
      type: 'change',
      at: clock.now(),
      topic,
      what: 'refused',
      position,
      by,
      why,
      change: { kind },
    })
    if (mayTell()) logger.error({ position, topic, by, why }, why === 'malformed' ? BROKEN : ALARM)
  }

  return {
    add: (refused) => refused.forEach(addOne),
    why: (position) => remembered.get(position),
    warnings() {
      if (last === undefined) return []
      const { position, event, why } = last
      return [
        `${count} ${count === 1 ? 'change' : 'changes'} of the feed had no effect, the last at ${position} (${describe(event).topic}): ${REFUSED_TEXT[why]}. Look who may write to the backend`,
      ]
    },
  }
}

const ALARM =
  'a change of the feed was refused: it loosens, and no operator who may signed it. Look who may write to the backend'
const BROKEN =
  'a change of the feed is broken, and was passed over: no release writes such. Look who may write to the backend'

/** Whatever it is. */
function describe(event: unknown): { topic: string; by: string; kind: string } {
  const { topic, by, data } = (event ?? {}) as Record<string, unknown>
  const { kind = 'take back' } = (data ?? { kind: 'none' }) as Record<string, unknown>
  return { topic: toText(topic), by: toText(by), kind: toText(kind) }
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 100) : typeof value
}
