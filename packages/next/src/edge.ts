// What @countersign/next/edge exports, by name. Needs @countersign/core alone, and nothing of Node or Next.
export {
  type CompiledPolicy,
  ConfigurationError,
  type Identity,
  jwtIdentity,
} from '@countersign/core'
export { createEdgeGuard, type EdgeGuard, type EdgeGuardOptions } from './edge/create-edge-guard.ts'
export type { NextInput } from './read-request.ts'
