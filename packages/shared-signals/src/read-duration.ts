// Durations in options: `'30s'`, or milliseconds.
import { ConfigurationError, describeValue, parseDuration } from '@countersign/core'

/** @throws ConfigurationError `duration_malformed` */
export function readDuration(
  value: unknown,
  path: string,
  { from, to }: { readonly from: number; readonly to: number },
): number {
  const ms = typeof value === 'number' ? value : parseDuration(String(value))
  if (ms !== undefined && ms >= from && ms <= to) return ms
  throw new ConfigurationError({
    code: 'duration_malformed',
    path,
    problem: `must be a duration from ${from} to ${to} milliseconds`,
    got: describeValue(value),
    fix: `Write ${path}: '30s', or milliseconds.`,
  })
}
