// A sender of webhooks as a receiver knows it: its options read once, its secrets made keys.
import {
  type Clock,
  ConfigurationError,
  consoleLogger,
  describeValue,
  type GuardServices,
  type Json,
  type Logger,
  type SignalInput,
  systemClock,
} from '@countersign/core'
import { assertNames } from '../assert-names.ts'

export interface WebhookOptions {
  /** Any guard of any adapter. */
  readonly guard: Pick<GuardServices, 'signal' | 'storage'>
  /** Who sends: the `source` of its signals, and what its message ids are unique in. */
  readonly sender: string
  /** `whsec_` and base64 of 24 to 64 bytes. Several while they are changed: a signature by any of them is good. */
  readonly secrets: string | readonly string[]
  /** What a message says: one signal, several (a batch, in order), or none. Rejects: the message may come again. */
  readonly signals: (message: WebhookMessage) => WebhookSignals | Promise<WebhookSignals>
  /** A longer body is answered 413. @default 262144 */
  readonly maxBytes?: number | undefined
  /** Messages that are worked on at a time; beyond them a sender is answered 429. @default 64 */
  readonly maxInFlight?: number | undefined
  /** @default console */
  readonly logger?: Logger | undefined
  /** @default the system's clock */
  readonly clock?: Clock | undefined
}

/** A message whose signature is good. */
export interface WebhookMessage {
  readonly id: string
  /** Milliseconds since the epoch: when it was sent. When it comes again, this is the later time. */
  readonly sentAt: number
  readonly body: Json
}

/** As `guard.signal` takes it; its source is the sender. */
export type WebhookSignal = Omit<SignalInput, 'source'>
export type WebhookSignals = WebhookSignal | readonly WebhookSignal[] | undefined

export interface ReadWebhookOptions extends Omit<Required<WebhookOptions>, 'secrets'> {
  readonly keys: readonly Promise<CryptoKey>[]
  readonly logger: Logger
  readonly clock: Clock
  readonly maxBytes: number
  readonly maxInFlight: number
}

const NAMES = [
  'guard',
  'sender',
  'secrets',
  'signals',
  'maxBytes',
  'maxInFlight',
  'logger',
  'clock',
] satisfies (keyof WebhookOptions)[]

const MOST_SECRETS = 5
const PREFIX = 'whsec_'

/** @throws ConfigurationError */
export function readWebhookOptions(options: WebhookOptions): ReadWebhookOptions {
  assertNames('createWebhookReceiver', options, NAMES)
  const { guard, sender, secrets, signals, logger, clock } = options
  assertSender(sender)
  if (typeof signals !== 'function') throw withoutSignals(signals)
  return Object.freeze({
    guard,
    sender,
    signals,
    keys: readSecrets(secrets),
    maxBytes: readCount(options.maxBytes ?? 256 * 1024, 'maxBytes', 16 * 1024 * 1024),
    maxInFlight: readCount(options.maxInFlight ?? 64, 'maxInFlight', 10_000),
    logger: logger ?? consoleLogger,
    clock: clock ?? systemClock,
  })
}

function assertSender(sender: unknown): void {
  if (typeof sender === 'string' && sender !== '' && sender.length <= 200) return
  throw new ConfigurationError({
    code: 'sender_malformed',
    path: 'sender',
    problem: 'must name who sends, in at most 200 characters',
    got: describeValue(sender),
    fix: "Write sender: 'fraud.example'. Its signals have this name as their source.",
  })
}

function withoutSignals(signals: unknown): ConfigurationError {
  return new ConfigurationError({
    code: 'signals_missing',
    path: 'signals',
    problem: 'must be a function from a message to what it signals',
    got: describeValue(signals),
    fix: "Write signals: ({ body }) => ({ code: 'bot-activity', about: { subject: body.user } }).",
  })
}

function readSecrets(secrets: unknown): readonly Promise<CryptoKey>[] {
  const list: readonly unknown[] = Array.isArray(secrets) ? secrets : [secrets]
  if (list.length === 0 || list.length > MOST_SECRETS) throw badSecret(`${list.length} of them`)
  return list.map((secret) => {
    const bytes = secretBytes(secret)
    if (bytes === undefined) throw badSecret(typeof secret)
    return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, [
      'verify',
    ])
  })
}

function secretBytes(secret: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (typeof secret !== 'string' || !secret.startsWith(PREFIX)) return undefined
  const text = secret.slice(PREFIX.length)
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 !== 0) return undefined
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
  return bytes.length >= 24 && bytes.length <= 64 ? bytes : undefined
}

function badSecret(got: string): ConfigurationError {
  return new ConfigurationError({
    code: 'webhook_secret_malformed',
    path: 'secrets',
    problem: `must be one to ${MOST_SECRETS} secrets, each whsec_ and base64 of 24 to 64 bytes`,
    // never the secret itself
    got,
    fix: 'Copy the signing secret as the sender shows it; while it is changed, list the new and the old one.',
  })
}

function readCount(value: unknown, path: string, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most)
    return value
  throw new ConfigurationError({
    code: 'limit_malformed',
    path,
    problem: `must be a whole number from 1 to ${most}`,
    got: describeValue(value),
    fix: `Leave ${path} out for the default.`,
  })
}
