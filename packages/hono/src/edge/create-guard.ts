// Guards for Hono where there is nothing of Node: workers and the like.
import {
  type BackendSource,
  type CompiledPolicy,
  type GuardOptions,
  webPlatform,
} from '@countersign/core'
import type { Context } from 'hono'
import { type Guard, guardWith } from '../guard-with.ts'

export interface EdgeGuardOptions extends Omit<GuardOptions<Context>, 'policy' | 'backend'> {
  /** Compiled, for nothing is compiled on the edge: `compilePolicy` of @countersign/policy wrote it, as JSON. */
  readonly policy: CompiledPolicy
  /** Where state is kept: there are no files here. */
  readonly backend: BackendSource
}

/** @throws ConfigurationError where an option, or the policy, is wrong */
export function createGuard(options: EdgeGuardOptions): Guard {
  return guardWith(options, webPlatform, (_c, edits) => edits)
}
