// What @countersign/core exports, by name.

// audit: the chain
export {
  type ChainProblem,
  type ChainReport,
  EMPTY_CHAIN,
  entryText,
  hashedText,
  type Sha256,
  verifyChain,
} from './audit/chain-records.ts'
export {
  createRecorder,
  type Recorder,
  type RecorderHealth,
  type RecorderOptions,
} from './audit/create-recorder.ts'
export { sha256Subtle } from './audit/sha256-subtle.ts'
export { ConfigurationError, describeValue, type Misconfiguration } from './configuration-error.ts'

// memory: a backend that forgets
export { matchesQuery, memoryAuditLog } from './memory/memory-audit-log.ts'
export { memoryBackend } from './memory/memory-backend.ts'
export { memoryFeed, nextChange } from './memory/memory-feed.ts'
export { addCounters, isExpected, memoryStore } from './memory/memory-store.ts'
// policy: as plain data
export {
  type ActionDeclaration,
  type AssuranceLevel,
  type AttributeDeclaration,
  type CompiledPolicy,
  EVALUATOR_VERSION,
  type OptOut,
  type Requirement,
  type Route,
  type Rule,
  type Segment,
  type ThreatModel,
} from './policy/compiled-policy.ts'
export type { Condition, ConditionReads } from './policy/condition.ts'
// ports: what a backend brings
export type {
  AuditEntry,
  AuditLog,
  AuditQuery,
  AuditRecord,
  ChainEnd,
  SealedRecord,
} from './ports/audit-log.ts'
export type {
  Backend,
  BackendContext,
  BackendSource,
  CommandHandlers,
  OpenBackend,
} from './ports/backend.ts'
export { type Clock, systemClock } from './ports/clock.ts'
export type { AppendResult, Feed, FeedBatch, FeedEntry } from './ports/feed.ts'
export type { Json } from './ports/json.ts'
export type { Logger } from './ports/logger.ts'
export {
  comparePositions,
  firstPosition,
  nextPosition,
  type Position,
  parsePosition,
  readPosition,
} from './ports/position.ts'
export type { Counters, Store, StoreEntry, StoreKey } from './ports/store.ts'
// state: the fold of the feed
export type { Activation } from './state/activations.ts'
export { type Applied, createState, type FoldProblem, type State } from './state/create-state.ts'
export type {
  CredentialChange,
  EventBase,
  FeedEvent,
  ObservedSignal,
  PolicyChange,
  PolicyEvent,
  Revocation,
  RevocationEvent,
  SignalEvent,
  SwitchChange,
  SwitchEvent,
  SwitchTarget,
} from './state/feed-event.ts'
export {
  type FeedFollower,
  type Folded,
  type FollowOptions,
  followFeed,
} from './state/follow-feed.ts'
export { createFreshness, type Freshness } from './state/freshness.ts'
export type { About, LiveSignal } from './state/live-signals.ts'
export type { Suspension } from './state/switches.ts'
