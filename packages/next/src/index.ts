// What @countersign/next exports, by name.
export {
  type ActionName,
  type Actions,
  type ActionTypes,
  ActivationRefused,
  type BackendSource,
  ConfigurationError,
  type Decision,
  type Detector,
  type FetchChallenge as Challenge,
  type GuardOptions,
  type Health,
  type Identity,
  jwtIdentity,
  memoryBackend,
  type OpenChallenge,
  type Operator,
  type Proceed,
  type Proof,
  type Refuse,
  type ResourceOf,
  velocity,
} from '@countersign/core'
export { fileBackend } from '@countersign/node'
export { createGuard, type Guard, type NextGuardOptions } from './create-guard.ts'
export type { ActionRefusal, GuardAction } from './guard-action.ts'
export type { GuardPage, PageOptions } from './guard-page.ts'
export type { GuardProxy } from './guard-proxy.ts'
export type { Decided, GuardRoute } from './guard-route.ts'
export type { PageHandlers } from './page-handlers.ts'
export type { NextInput } from './read-request.ts'
