// Which detectors an edge guard has: what only the guard behind can judge is unknown here, and never absent.
import type { PreparedActivation } from '../engine/prepare-activation.ts'
import type { Detector } from '../risk/detector.ts'

/** It counts what is decided, and nothing is decided here. */
const COUNTS_ELSEWHERE = new Set(['velocity'])

/** `own`: those that the guard was given, with the built-in ones. A signal from outside needs none: the feed has it. */
export function knownDetectors(
  own: ReadonlyMap<string, Detector>,
  current: () => PreparedActivation | undefined,
): ReadonlyMap<string, Detector> {
  const known = new Map(
    [...own]
      .filter(([code]) => !COUNTS_ELSEWHERE.has(code))
      .map(([code, detector]) => [code, judgeAlone(detector)]),
  )
  const get = (code: string): Detector | undefined => {
    const external = current()?.activation.policy.external.includes(code) ?? false
    return known.get(code) ?? (external ? undefined : { code, judge: () => ({ is: 'unknown' }) })
  }
  return Object.assign(new Map(known), { get })
}

/** The guard behind sees what becomes of the request, and has a store to note it in. */
function judgeAlone(detector: Detector): Detector {
  const { code, deadlineMs, onceALogin, floor } = detector
  return {
    code,
    judge: (scene) => detector.judge(scene),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    ...(onceALogin === undefined ? {} : { onceALogin }),
    ...(floor === undefined ? {} : { floor }),
  }
}
