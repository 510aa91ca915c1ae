// What the test that started this process says: plain JSON in its environment.
import type { GuardScenario } from '../../../../packages/testing/src/guard-contract/contract-app.ts'

export interface StartedWith {
  readonly options: GuardScenario['options']
  readonly origin: string
  readonly dataDirectory: string
  /** Whether proxy.ts does anything: without, it is as if somebody had taken it away (T31). */
  readonly proxy: boolean
  /** Where middleware.ts follows a feed: absent, it goes by a policy of its own. */
  readonly feed?: string
}

/** At a build there is none: what is made then decides nothing. */
export function startedWith(): StartedWith | undefined {
  const given = process.env['CONTRACT']
  return given === undefined ? undefined : JSON.parse(given)
}
