// What @countersign/core exports, by name.

// audit: the chain
export type {
  AuditProblem,
  AuditVerification,
  VerifiedChain,
} from './audit/audit-verification.ts'
export {
  type ChainProblem,
  type ChainReport,
  EMPTY_CHAIN,
  entryText,
  hashedText,
  type Sha256,
  verifyChain,
} from './audit/chain-records.ts'
export { createRecorder } from './audit/create-recorder.ts'
export type { Recorder, RecorderHealth, RecorderOptions } from './audit/recorder.ts'
export { sha256Subtle } from './audit/sha256-subtle.ts'
// authority: who may loosen on shared backends
export {
  algorithmOf,
  type OperatorKey,
  type OperatorPrivateKey,
  publicPartOf,
} from './authority/operator-key.ts'
export { thumbprintOf } from './authority/sign-event.ts'
// what every adapter hands on to its users
export type { OpenChallenge } from './challenge/open-challenge.ts'
export type { Proof } from './challenge/proof.ts'
export { ConfigurationError, describeValue, type Misconfiguration } from './configuration-error.ts'
export type {
  Decision,
  Outcome,
  Proceed,
  Reason,
  Refuse,
} from './decide/decision.ts'
export { factsFromEntry } from './decide/facts-from-entry.ts'
export { REASON_TEXT } from './decide/reason-text.ts'
export { didYouMean } from './did-you-mean.ts'
// guards that stand before a full one, and follow its feed over HTTP
export {
  createEdgeCore,
  type EdgeCore,
  type EdgeCoreOptions,
  type EdgeHealth,
} from './edge/create-edge-core.ts'
export { AppendConflict, ChangeRefused } from './engine/open-engine.ts'
export type { ShadowTotals } from './engine/shadow-counts.ts'
// why a policy decides as it does
export {
  createExplainer,
  type ExplainedFacts,
  explainFacts,
  type Spent,
} from './explain/explain-facts.ts'
export { type ExplainedRule, explainRules, type WhatWasProved } from './explain/explain-rules.ts'
// guards on Request and Response
export {
  createFetchGuard,
  type FetchGuard,
  type FetchHandler,
  type GuardedHandler,
} from './fetch/create-fetch-guard.ts'
export { type FetchChallenge, fetchChallenge } from './fetch/fetch-challenge.ts'
export { readFetchRequest } from './fetch/read-fetch-request.ts'
export { editHeaders, editResponse, toResponse } from './fetch/write-response.ts'
export type { ActionName, Actions, ActionTypes, ResourceOf } from './guard/action-types.ts'
export type { Storage } from './guard/app-storage.ts'
// guards without a framework, for adapters
export type { Checked, Edits, Incoming, Mode } from './guard/checked.ts'
export { type ChallengeFields, createGuardCore, type GuardCore } from './guard/create-guard-core.ts'
export type { GuardServices } from './guard/create-guard-services.ts'
export type { GuardOptions, Platform } from './guard/guard-options.ts'
export type { SourceInput } from './guard/note-source.ts'
export {
  type OpenCommands,
  type OpenCommandsOptions,
  openCommands,
} from './guard/open-commands.ts'
export { type ParsedOptions, parseGuardOptions } from './guard/parse-guard-options.ts'
export type { Records } from './guard/records-of.ts'
export type { SignalInput } from './guard/send-signal.ts'
export { type Targets, targetsOf } from './guard/targets-of.ts'
export { webPlatform } from './guard/web-platform.ts'
export {
  createSignatureVerifier,
  type SignatureFailure,
  type SignatureVerifier,
  type SignatureVerifierOptions,
  type VerifiedSignature,
} from './identity/create-signature-verifier.ts'
export {
  createTokenVerifier,
  type TokenFailure,
  type VerifiedToken,
} from './identity/create-token-verifier.ts'
export type { Identity } from './identity/identity.ts'
export { type JwtIdentity, type JwtIdentityOptions, jwtIdentity } from './identity/jwt-identity.ts'
export type { IdentityOption } from './identity/read-identity.ts'
export type { TokenVerifierOptions } from './identity/token-verifier-options.ts'
export { readAudience, readIssuer } from './identity/token-verifier-options.ts'
// memory: a backend that forgets
export { matchesQuery, memoryAuditLog } from './memory/memory-audit-log.ts'
export { memoryBackend } from './memory/memory-backend.ts'
export { memoryFeed, nextChange } from './memory/memory-feed.ts'
export { addCounters, isExpected, memoryStore } from './memory/memory-store.ts'
export { ActivationRefused } from './operate/check-activation.ts'
export type { Devices } from './operate/devices.ts'
export type { Health } from './operate/health.ts'
export type {
  ActivationSummary,
  DeviceSummary,
  Operator,
  ProposalSummary,
  RolloutSummary,
  Signed,
  SignedByKey,
  SuspensionSummary,
} from './operate/operator.ts'
export type { TargetAdded, TargetList, TargetSummary } from './operate/targets.ts'
export type { OptOutCheck } from './opt-outs/opt-out-check.ts'
export { parseDuration } from './parse-duration.ts'
// policy: as plain data
export { assertCompiled } from './policy/assert-compiled.ts'
export { needsPermit } from './policy/check-permit.ts'
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
  type Threat,
  type ThreatModel,
} from './policy/compiled-policy.ts'
export type { Condition, ConditionReads } from './policy/condition.ts'
export { evaluatePolicy } from './policy/evaluate-policy.ts'
export type {
  DeviceLimits,
  Fact,
  Factor,
  Facts,
  Permit,
  Signal,
  TrustedDevice,
  TrustedTarget,
  Truth,
} from './policy/facts.ts'
export { coversAction } from './policy/prepare-policy.ts'
export type { ReasonCode } from './policy/reason-code.ts'
export type { Level, Risk, RiskFactor } from './policy/risk.ts'
export type { SpendingRule, UnmetRule, Verdict } from './policy/verdict.ts'
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
  OpenPort,
  PortSource,
} from './ports/backend.ts'
export { canonicalJson } from './ports/canonical-json.ts'
export { type Clock, systemClock } from './ports/clock.ts'
export { type BackendParts, combineBackend } from './ports/combine-backend.ts'
export type { AppendResult, Feed, FeedBatch, FeedEntry, LastState } from './ports/feed.ts'
export type { Json } from './ports/json.ts'
export { consoleLogger, type Logger } from './ports/logger.ts'
export {
  comparePositions,
  firstPosition,
  nextPosition,
  type Position,
  parsePosition,
  readPosition,
} from './ports/position.ts'
export type { Counters, Store, StoreEntry, StoreKey } from './ports/store.ts'
export type { GuardStatus, Lookups, Telemetry } from './ports/telemetry.ts'
// recorded decisions, decided again
export { createDeriver, type Derived } from './replay/create-deriver.ts'
export { createReplayer, type Replayed } from './replay/create-replayer.ts'
export type { Underivable } from './replay/underivable.ts'
export { type ProblemCode, problemReply } from './reply/build-reply.ts'
export type { Reply } from './reply/reply.ts'
export { signInReply } from './reply/to-reply.ts'
// building blocks
export { canonicalPath } from './request/canonical-path.ts'
export { clientAddress } from './request/client-address.ts'
export { coerceResource, type Resource } from './request/coerce-resource.ts'
export { type MatchRoutes, prepareRoutes, type RouteMatch } from './request/prepare-routes.ts'
export type { TrustProxy } from './request/prepare-trust.ts'
export { rateKey } from './request/rate-key.ts'
export { readCookies } from './request/read-cookies.ts'
export { type ReturnPaths, readReturnTarget } from './request/read-return-target.ts'
export { readReturnTo } from './request/read-return-to.ts'
export { isPrefetch, isPreflight } from './request/request-kind.ts'
export type { RequestReader } from './request/request-reader.ts'
export { type Cookie, serializeCookie } from './request/serialize-cookie.ts'
export { type VelocityOptions, velocity } from './risk/detect-velocity.ts'
export type { Detector, DetectorScene, EmitSignal, Observation } from './risk/detector.ts'
export { factorText } from './risk/factor-text.ts'
export { familiarityScore, type Login } from './risk/familiarity-score.ts'
export {
  type Familiarity,
  type LoginCounts,
  type LoginField,
  type OwnCounts,
  readLoginField,
  scoreFromCounts,
} from './risk/score-from-counts.ts'
// tokens of our own, for what an adapter hands to itself through a browser
export { createSealer, type Sealer } from './seal/create-sealer.ts'
// state: the fold of the feed
export type { Activation } from './state/activations.ts'
export { createState } from './state/create-state.ts'
export type {
  CredentialChange,
  EventBase,
  FeedEvent,
  ObservedSignal,
  PolicyChange,
  PolicyEvent,
  Revocation,
  RevocationEvent,
  RolloutPlan,
  RolloutStep,
  SignalEvent,
  SourceEvent,
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
export type { Applied, FoldProblem, RefusedEntry, State } from './state/state.ts'
export type { Suspension } from './state/switches.ts'
