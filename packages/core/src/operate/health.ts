// What an operator should see at a glance.
import type { RecorderHealth } from '../audit/recorder.ts'
import type { Engine } from '../engine/engine.ts'
import type { Position } from '../ports/position.ts'
import type { RolloutSummary, SuspensionSummary } from './operator.ts'
import { summarizeRollout } from './rollout-operator.ts'

export interface Health {
  /** False where opt-outs are not honoured: stale, no policy, or the audit log cannot be written. */
  readonly ok: boolean
  readonly stale: boolean
  /** Milliseconds since this instance last knew that it was up to date; `null`: never. */
  readonly feedAgeMs: number | null
  /** `none` where no policy is in force. */
  readonly revision: string
  readonly activation: Position | null
  /** The candidate that is tried. */
  readonly rollout: RolloutSummary | null
  readonly suspended: readonly SuspensionSummary[]
  readonly audit: RecorderHealth
  readonly warnings: readonly string[]
}

export function readHealth(engine: Engine): Health {
  const stale = engine.freshness.isStale()
  const age = engine.freshness.ageMs()
  const active = engine.current()?.activation
  const audit = engine.recorder.health()
  const rollout = engine.state.rollouts.current()
  return {
    ok: !stale && active !== undefined && audit.ok,
    stale,
    feedAgeMs: Number.isFinite(age) ? Math.round(age) : null,
    revision: active?.policy.revision ?? 'none',
    activation: active?.position ?? null,
    rollout: rollout === undefined ? null : summarizeRollout(engine, rollout),
    suspended: engine.state.suspensions(engine.clock.now()),
    audit,
    warnings: engine.warnings(),
  }
}
