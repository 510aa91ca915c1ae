// What those who measure are told, and that nothing they do changes a decision.
import type { Decision } from '../decide/decision.ts'
import type { Engine } from '../engine/engine.ts'
import { readHealth } from '../operate/health.ts'
import type { Logger } from '../ports/logger.ts'
import type { Lookups, Telemetry } from '../ports/telemetry.ts'
import { beside } from '../risk/tell-detectors.ts'

const PROBLEM = 'telemetry failed'

/** To be called when the decision is made. */
export function beginDecision(
  telemetry: Telemetry | undefined,
  action: string,
  logger: Logger,
): (decision: Decision | undefined) => void {
  if (telemetry === undefined) return nothing
  let end: ((decision: Decision | undefined) => void) | undefined
  beside(logger, PROBLEM, () => {
    end = telemetry.decisionBegins(action)
  })
  return (decision) => beside(logger, PROBLEM, () => end?.(decision))
}

/** The engine, watched until it is closed. */
export function watchEngine(
  engine: Engine,
  telemetry: Telemetry | undefined,
  tokens: Lookups | undefined,
): Engine {
  if (telemetry === undefined) return engine
  const { logger } = engine
  let end: (() => void) | undefined
  beside(logger, PROBLEM, () => {
    end = telemetry.watch(() => ({
      health: readHealth(engine),
      caches: { answers: engine.answers.lookups(), ...(tokens === undefined ? {} : { tokens }) },
    }))
  })
  return {
    ...engine,
    async close() {
      beside(logger, PROBLEM, () => end?.())
      await engine.close()
    },
  }
}

function nothing(): void {}
