// What @countersign/hono/edge exports, by name. Needs core alone, and nothing of Node.
export {
  type ActionName,
  type Actions,
  type ActionTypes,
  ActivationRefused,
  type BackendSource,
  type CompiledPolicy,
  ConfigurationError,
  type Decision,
  type Detector,
  type GuardOptions,
  type Health,
  type Identity,
  jwtIdentity,
  memoryBackend,
  type OpenChallenge,
  type Operator,
  type Proof,
  type Refuse,
  type ResourceOf,
  velocity,
} from '@countersign/core'
export { createGuard, type EdgeGuardOptions } from './edge/create-guard.ts'
export type { Guard } from './guard-with.ts'
