// What @countersign/opentelemetry exports, by name.
export { type OpenTelemetryOptions, openTelemetry } from './open-telemetry.ts'
