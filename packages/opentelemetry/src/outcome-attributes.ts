// A decision's outcome as attributes. Their values come from the policy and the code, never from a client.
import type { Decision } from '@countersign/core'
import type { Attributes } from '@opentelemetry/api'

export function outcomeAttributes(decision: Decision): Attributes {
  return {
    'countersign.outcome': decision.outcome,
    ...(decision.outcome === 'opt-out'
      ? { 'countersign.opt_outs': decision.optOuts.join(',') }
      : {}),
    ...(decision.outcome === 'challenge' ? { 'countersign.need': decision.need } : {}),
    ...(decision.outcome === 'deny' ? { 'countersign.because': decision.because } : {}),
  }
}
