// What @countersign/shared-signals exports, by name.

// what an event does
export { DEFAULT_EFFECTS } from './effects/default-effects.ts'
export type { AffectedSubject, Effect, SignalOptions } from './effects/effect.ts'
export { CAEP, COUNTERSIGN, RISC } from './event-types.ts'
export type { Authorization } from './http/endpoint.ts'
export { type NodeRequest, type NodeResponse, nodeHandler } from './http/node-handler.ts'
// receiving
export type { Outcome } from './receive/accept-set.ts'
export {
  createReceiver,
  type Receiver,
  type ReceiverOptions,
  type ReceivingGuard,
} from './receive/create-receiver.ts'
export type { MappedSubject, MapSubject } from './receive/map-subject.ts'
export type { PollOptions } from './receive/poll-options.ts'
export type { TransmitterOptions } from './receive/transmitter-options.ts'
export type { VerifyOptions } from './receive/verify-options.ts'
// security event tokens
export type { CheckedSet, SecurityEvent } from './set/check-set-claims.ts'
export type { SetVerifierOptions } from './set/create-set-verifier.ts'
export type { SetError, SetErrorCode } from './set/set-error.ts'
export type { SubjectIdentifier } from './set/subject-identifier.ts'
export { verifySecurityEventToken } from './set/verify-security-event-token.ts'
// streams
export {
  createStreamClient,
  type Delivery,
  POLL,
  PUSH,
  type StreamClient,
  type StreamClientOptions,
  type StreamConfiguration,
  StreamError,
  type StreamRequest,
  type StreamStatus,
  type TransmitterMetadata,
} from './stream/create-stream-client.ts'
// transmitting
export {
  createTransmitter,
  type EventTransmitter,
  type TransmittingOptions,
} from './transmit/create-transmitter.ts'
export type { TransmitterStream } from './transmit/stream-options.ts'
export type { SigningKey } from './transmit/transmitter-keys.ts'
// signed webhooks
export { createWebhookReceiver, type WebhookReceiver } from './webhook/create-webhook-receiver.ts'
export type {
  WebhookMessage,
  WebhookOptions,
  WebhookSignal,
  WebhookSignals,
} from './webhook/webhook-options.ts'
