// Every signal that the policy names, as one table: what detectors observe now and what was heard before.
import type { Signal } from '../policy/facts.ts'
import type { Lookups } from '../ports/telemetry.ts'
import type { Detector, DetectorScene, Observation } from './detector.ts'

interface Heard {
  readonly share: number
  readonly until: number
}

export interface HeardSignals {
  find(code: string): Heard | undefined
  /** One may hold that is about what this request does not name. */
  mayHold(code: string): boolean
}

/** Answers of detectors that have to wait, kept for one login. */
export interface RemoteAnswers {
  /** `login`: what tells this login from others; `undefined`: nothing does, and no answer is kept. */
  ask(
    detector: Detector,
    scene: DetectorScene,
    login: string | undefined,
  ): Observation | 'unknown' | Promise<Observation | 'unknown'>
  /** What was kept for a login is asked for again: the person has proved themselves since. */
  forget(codes: Iterable<string>, subject: string, login: string): void
  /** Of those that have to be waited for. */
  lookups(): Lookups
}

const ABSENT: Signal = Object.freeze({ is: 'absent', share: 0, until: 0 })
const UNKNOWN: Signal = Object.freeze({ is: 'unknown', share: 1, until: 0 })
const UNKNOWN_WITH_FLOOR: Signal = Object.freeze({ ...UNKNOWN, floor: 'MEDIUM' })
const UNJUDGED: Signal = Object.freeze({ is: 'unjudged', share: 0, until: 0 })
const PRESENT: Signal = Object.freeze({ is: 'present', share: 1, until: 0 })

export type Signals = Readonly<Record<string, Signal>>

/** Waits only where a detector does. A signal without a detector is absent until it is heard. */
export function gatherSignals(
  codes: readonly string[],
  detectors: ReadonlyMap<string, Detector>,
  scene: DetectorScene,
  heard: HeardSignals,
  answers: RemoteAnswers,
  login: string | undefined,
): Signals | Promise<Signals> {
  const signals: Record<string, Signal> = {}
  let waiting: Promise<void>[] | undefined
  for (const code of codes) {
    const detector = detectors.get(code)
    const observed =
      detector === undefined ? ({ is: 'absent' } as const) : answers.ask(detector, scene, login)
    const unknown = detector?.floor === undefined ? UNKNOWN : UNKNOWN_WITH_FLOOR
    if (observed instanceof Promise) {
      waiting ??= []
      waiting.push(
        observed.then((answer) => {
          signals[code] = combine(answer, code, heard, unknown)
        }),
      )
    } else signals[code] = combine(observed, code, heard, unknown)
  }
  return waiting === undefined ? signals : Promise.all(waiting).then(() => signals)
}

/** What was heard can add to what is observed now, never take away. `unknown`: what this code is where it is unknown. */
function combine(
  observed: Observation | 'unknown',
  code: string,
  signals: HeardSignals,
  unknown: Signal,
): Signal {
  const now = observed === 'unknown' ? unknown : toSignal(observed, unknown)
  const heard = signals.find(code)
  // in full whatever else may hold
  if (now.is === 'present' && now.share >= 1) return now
  if ((heard === undefined || heard.share < 1) && signals.mayHold(code))
    return withFloor(unknown, now)
  if (heard === undefined) return now
  // without an answer or a history it may weigh more than the share that was heard
  if (now.is === 'unknown' || now.is === 'unjudged')
    return heard.share >= 1 && now.floor === undefined ? toHeard(heard, 1) : withFloor(unknown, now)
  return withFloor(
    now.is === 'present' && now.share >= heard.share ? now : toHeard(heard, heard.share),
    now,
  )
}

function toHeard({ until }: Heard, share: number): Signal {
  return { is: 'present', share, until }
}

function withFloor(signal: Signal, { floor }: Signal): Signal {
  return floor === undefined || signal.floor !== undefined ? signal : { ...signal, floor }
}

// one that forgets to return answers `undefined`
function toSignal(observed: Observation | undefined, unknown: Signal): Signal {
  switch (observed?.is) {
    case 'absent':
      return observed.details === undefined ? ABSENT : { ...ABSENT, details: observed.details }
    case 'unjudged':
      return observed.details === undefined ? UNJUDGED : { ...UNJUDGED, details: observed.details }
    case 'present':
      return toPresent(observed, unknown)
    case 'unknown':
      return observed.details === undefined ? unknown : { ...unknown, details: observed.details }
    default:
      return unknown // a detector of somebody's own that answers otherwise
  }
}

function toPresent(
  { share = 1, floor, details }: Observation & { is: 'present' },
  unknown: Signal,
): Signal {
  if (!(share >= 0 && share <= 1)) return floor === undefined ? unknown : UNKNOWN_WITH_FLOOR
  if (share === 1 && floor === undefined && details === undefined) return PRESENT
  return {
    ...{ is: 'present', share, until: 0 },
    ...(floor === undefined ? {} : { floor: 'MEDIUM' as const }),
    ...(details === undefined ? {} : { details }),
  }
}
