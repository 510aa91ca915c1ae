// How the detectors here read their thresholds.
import { ConfigurationError, describeValue } from '@countersign/core'

/** @throws ConfigurationError `detector_option_malformed` */
export function assertWithin(
  detector: string,
  options: Readonly<Record<string, number>>,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): void {
  for (const [name, value] of Object.entries(options)) {
    if (value >= least && value <= most) continue
    throw new ConfigurationError({
      code: 'detector_option_malformed',
      path: `${detector}.${name}`,
      problem: `must be a number from ${least}${most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`}`,
      got: describeValue(value),
      fix: `Leave ${name} out for the default.`,
    })
  }
}
