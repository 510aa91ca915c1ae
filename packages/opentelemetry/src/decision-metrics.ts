// Decisions, counted and timed.
import type { Decision } from '@countersign/core'
import type { Meter } from '@opentelemetry/api'
import { outcomeAttributes } from './outcome-attributes.ts'

export interface DecisionMetrics {
  record(action: string, decision: Decision, seconds: number): void
}

/** From 50 µs, what a decision costs in memory, to the 5 s after which a log that hangs is given up. */
const BOUNDARIES = [
  0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
  5,
]

export function createDecisionMetrics(meter: Meter): DecisionMetrics {
  const decisions = meter.createCounter('countersign.decisions', {
    unit: '{decision}',
    description: 'Decisions by action, outcome and the opt-outs that they stand on',
  })
  const duration = meter.createHistogram('countersign.decision.duration', {
    unit: 's',
    description: 'How long a decision takes, with all that it waits for',
    advice: { explicitBucketBoundaries: BOUNDARIES },
  })
  return {
    record(action, decision, seconds) {
      decisions.add(1, { 'countersign.action': action, ...outcomeAttributes(decision) })
      duration.record(seconds, { 'countersign.outcome': decision.outcome })
    },
  }
}
