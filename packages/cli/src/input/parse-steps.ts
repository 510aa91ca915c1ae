// Steps of a rollout as people write them: `1:1h,10:1d,50` is 1 % for an hour, 10 % for a day, then 50 %.
import { parseDuration, type RolloutStep } from '@countersign/core'
import { CliError } from '../cli-error.ts'
import { EXIT } from '../exit-code.ts'
import { parsePercent } from './parse-percent.ts'

/** @throws CliError where they are none; that each is wider than the one before is for the operator to say */
export function parseSteps(text: string): readonly RolloutStep[] {
  const parts = text.split(',')
  return parts.map((part, index) => {
    const [share = '', time, ...more] = part.split(':')
    const percent = parsePercent('steps', share)
    const last = index === parts.length - 1
    if (last && time === undefined) return { percent }
    const forMs = time === undefined ? undefined : parseDuration(time.trim())
    if (!last && forMs !== undefined && more.length === 0) return { percent, forMs }
    throw new CliError(
      EXIT.usage,
      'steps_malformed',
      `--steps has to be shares, each with the time to the next one but the last, got ${text}. Write it as 1:1h,10:1d,50.`,
    )
  })
}
