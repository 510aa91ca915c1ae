// What @countersign/hono exports, by name.
export {
  type ActionName,
  type Actions,
  type ActionTypes,
  ActivationRefused,
  type BackendSource,
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
export { fileBackend } from '@countersign/node'
export { createGuard } from './create-guard.ts'
export type { Guard } from './guard-with.ts'
