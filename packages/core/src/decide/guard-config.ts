// The options of a guard, parsed once and frozen.

import type { Telemetry } from '../ports/telemetry.ts'
import type { PreparedTrust } from '../request/prepare-trust.ts'
import type { Decision } from './decision.ts'

export interface GuardConfig {
  /** `https://shop.example`: no URL is ever built from Host (T37). */
  readonly publicOrigin: string | undefined
  readonly trust: PreparedTrust
  readonly challengePath: string | undefined
  readonly loginPath: string | undefined
  readonly logoutPath: string | undefined
  readonly onDecision: ((decision: Decision) => void) | undefined
  readonly telemetry: Telemetry | undefined
}
