// What @countersign/next/edge exports, by name. Needs @countersign/core alone, and nothing of Node or Next.
export {
  type CompiledPolicy,
  ConfigurationError,
  type EdgeHealth,
  type Identity,
  jwtIdentity,
} from '@countersign/core'
export {
  createEdgeGuard,
  type EdgeGuard,
  type EdgeGuardOptions,
  type FollowingEdgeGuardOptions,
} from './edge/create-edge-guard.ts'
export {
  type EdgeFeed,
  type FollowingEdgeGuard,
  type HttpFeedOptions,
  httpFeed,
} from './edge/http-feed.ts'
export type { NextInput } from './read-request.ts'
