// The telemetry of a guard in OpenTelemetry's words. No person is in it: no subject, no address, no attribute of a resource.
import { systemClock, type Telemetry } from '@countersign/core'
import { type MeterProvider, metrics, type TracerProvider, trace } from '@opentelemetry/api'
import { createDecisionMetrics } from './decision-metrics.ts'
import { createDecisionSpans } from './decision-spans.ts'
import { observeStatus } from './observe-status.ts'

export interface OpenTelemetryOptions {
  /** @default the global one at the first decision, or when the guard opens */
  readonly meterProvider?: MeterProvider | undefined
  /** @default the global one */
  readonly tracerProvider?: TracerProvider | undefined
}

const NAME = '@countersign/opentelemetry'

/**
 * Metrics and spans of decisions, and metrics of the guard, for `createGuard({ telemetry })`. It depends on the API alone:
 * where no SDK is started it does nothing. Start the SDK before the guard opens: meters that were made before stay silent.
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): Telemetry {
  let made: ReturnType<typeof instruments> | undefined

  function instruments() {
    const meter = (options.meterProvider ?? metrics).getMeter(NAME)
    const tracer = (options.tracerProvider ?? trace).getTracer(NAME)
    return { meter, metrics: createDecisionMetrics(meter), spans: createDecisionSpans(tracer) }
  }

  function use(): ReturnType<typeof instruments> {
    made ??= instruments()
    return made
  }

  return {
    decisionBegins(action) {
      const { metrics, spans } = use()
      const began = systemClock.monotonic()
      const endSpan = spans.begin(action)
      return (decision) => {
        if (decision !== undefined)
          metrics.record(action, decision, (systemClock.monotonic() - began) / 1_000)
        endSpan(decision)
      }
    },
    watch: (read) => observeStatus(use().meter, read),
  }
}
