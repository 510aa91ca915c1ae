// By which policy a subject is decided: the one in force, or the candidate of a rollout that has come to them.
import { percentAt, type Rollout } from '../state/rollouts.ts'
import type { Engine } from './engine.ts'
import type { PreparedActivation } from './prepare-activation.ts'

type Choosing = Pick<Engine, 'current' | 'trying' | 'cohorts' | 'clock' | 'freshness'>

/** Waits only where a rollout is on, for a subject not seen before. */
export function choosePolicy(
  engine: Choosing,
  subject: string,
): PreparedActivation | undefined | Promise<PreparedActivation | undefined> {
  const trying = engine.trying()
  if (trying === undefined || trying.rollout.plan.kind === 'shadow') return engine.current()
  const { rollout, prepared } = trying
  const percent = percentAt(rollout, knownUntil(engine))
  const place = engine.cohorts.of(trying.rollout.plan.salt, subject)
  const choose = (at: number) => (at < percent ? prepared : engine.current())
  return place instanceof Promise ? place.then(choose) : choose(place)
}

/** Whether a policy that a request was begun under may still decide: a rollout may have come to an end meanwhile. */
export function isStillChosen(
  engine: Pick<Engine, 'current' | 'trying'>,
  activation: PreparedActivation,
): boolean {
  return engine.current() === activation || engine.trying()?.prepared === activation
}

/** The share of the subjects that the candidate decides for on this instance, 0 to 100. */
export function percentNow(
  engine: Pick<Engine, 'clock' | 'freshness'>,
  rollout: Pick<Rollout, 'plan' | 'stepsFrom' | 'frozenAt'>,
): number {
  return percentAt(rollout, knownUntil(engine))
}

/** An instance that is out of date does not know whether it was ended or frozen: its steps stand still (law 6). */
function knownUntil({ clock, freshness }: Pick<Engine, 'clock' | 'freshness'>): number {
  return clock.now() - freshness.ageMs()
}
