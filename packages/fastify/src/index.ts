// What @countersign/fastify exports, by name.
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
export { type AnyRequest, createGuard, type Guard, type GuardHook } from './create-guard.ts'
export { countersign } from './plugin.ts'
