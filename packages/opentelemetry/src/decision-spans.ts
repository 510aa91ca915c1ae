// Decisions as spans, within the span of the request where there is one.
import type { Decision } from '@countersign/core'
import { SpanStatusCode, type Tracer } from '@opentelemetry/api'
import { outcomeAttributes } from './outcome-attributes.ts'

export interface DecisionSpans {
  begin(action: string): (decision: Decision | undefined) => void
}

export function createDecisionSpans(tracer: Tracer): DecisionSpans {
  return {
    begin(action) {
      const span = tracer.startSpan('countersign.decide', {
        attributes: { 'countersign.action': action },
      })
      return (decision) => {
        if (decision !== undefined) {
          span.setAttributes(outcomeAttributes(decision))
          span.setAttributes({
            'countersign.decision': decision.id,
            'countersign.revision': decision.revision,
          })
          // a refusal is no error; that none could be worked out is
          if (decision.outcome === 'deny' && decision.because === 'failure')
            span.setStatus({ code: SpanStatusCode.ERROR })
        }
        span.end()
      }
    },
  }
}
