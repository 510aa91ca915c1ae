// A transmitter as a receiver knows it: its options read once, its verifier and effects made ready.
import { type Clock, ConfigurationError, describeValue } from '@countersign/core'
import { assertNames } from '../assert-names.ts'
import { DEFAULT_EFFECTS } from '../effects/default-effects.ts'
import type { Effect } from '../effects/effect.ts'
import { CAEP, RISC } from '../event-types.ts'
import {
  createSetVerifier,
  SET_OPTION_NAMES,
  type SetVerifierOptions,
  type VerifySet,
} from '../set/create-set-verifier.ts'
import type { MapSubject } from './map-subject.ts'
import { type PollOptions, readPollOptions } from './poll-options.ts'
import { readVerifyOptions, type VerifyOptions } from './verify-options.ts'

export interface TransmitterOptions extends Omit<SetVerifierOptions, 'clock'> {
  /** Event types it may send: URIs, or namespaces that end in `/`. @default [CAEP, RISC] */
  readonly events?: readonly string[] | undefined
  readonly subject: MapSubject
  /** By event type, instead of the default effect; `'none'`: it is accepted and does nothing. */
  readonly effects?: Readonly<Record<string, Effect | 'none'>> | undefined
  /** What it has to send as `Authorization` when it pushes: the stream's `authorization_header`. */
  readonly pushAuthorization?: string | undefined
  /** To fetch its events (RFC 8936), from `start` on. */
  readonly poll?: PollOptions | undefined
  /** To ask the stream for a sign of life, from `start` on: where none comes, its signals are unknown. */
  readonly verify?: VerifyOptions | undefined
}

export interface Transmitter {
  readonly issuer: string
  readonly verifySet: VerifySet
  readonly mapSubject: MapSubject
  mayTell(type: string): boolean
  effectOf(type: string): Effect | undefined
  /** What depends on it: every signal of the effects of what it may tell. */
  readonly signals: readonly string[]
  readonly pushAuthorization: string | undefined
  readonly poll: ReturnType<typeof readPollOptions> | undefined
  readonly verify: ReturnType<typeof readVerifyOptions> | undefined
}

const NAMES: readonly string[] = [
  ...SET_OPTION_NAMES.filter((name) => name !== 'clock'),
  'events',
  'subject',
  'effects',
  'pushAuthorization',
  'poll',
  'verify',
]

/** @throws ConfigurationError */
export function readTransmitter(options: TransmitterOptions, clock: Clock): Transmitter {
  assertNames('a transmitter', options, NAMES)
  const { events, subject, effects, pushAuthorization, poll, verify, ...set } = options
  const allowed = readEvents(events ?? [CAEP, RISC])
  const chosen: Readonly<Record<string, Effect | 'none'>> = { ...DEFAULT_EFFECTS, ...effects }
  const mayTell = (type: string): boolean =>
    allowed.some((one) => (one.endsWith('/') ? type.startsWith(one) : type === one))
  const effectOf = (type: string): Effect | undefined => {
    const effect = Object.hasOwn(chosen, type) ? chosen[type] : undefined
    return effect === 'none' ? undefined : effect
  }
  for (const type of allowed)
    if (!type.endsWith('/') && !Object.hasOwn(chosen, type)) throw withoutEffect(type)
  for (const [type, effect] of Object.entries(effects ?? {})) assertEffect(type, effect)
  if (typeof subject !== 'function') throw noMapping(subject)
  assertAuthorization(pushAuthorization)
  const told = Object.keys(chosen).filter(mayTell)
  return Object.freeze({
    issuer: set.issuer,
    verifySet: createSetVerifier({ ...set, clock }),
    mapSubject: subject,
    mayTell,
    effectOf,
    signals: [...new Set(told.flatMap((type) => effectOf(type)?.signals ?? []))],
    pushAuthorization,
    poll: poll && readPollOptions(poll),
    verify: verify && readVerifyOptions(verify),
  })
}

function readEvents(events: unknown): readonly string[] {
  if (
    Array.isArray(events) &&
    events.length > 0 &&
    events.every((one) => typeof one === 'string' && /^[a-z][a-z0-9+.-]*:\S+$/i.test(one))
  )
    return [...events]
  throw new ConfigurationError({
    code: 'events_malformed',
    path: 'events',
    problem: 'must list the event types that the transmitter may send, or their namespaces',
    got: describeValue(events),
    fix: 'Write events: [RISC] for all of RISC, or leave it out for all of CAEP and RISC.',
  })
}

function withoutEffect(type: string): ConfigurationError {
  return new ConfigurationError({
    code: 'event_without_effect',
    path: 'events',
    problem: 'names an event type that has no effect',
    got: type,
    fix: `Say what it does, or 'none', in effects: { '${type}': … }.`,
  })
}

function assertEffect(type: string, effect: unknown): void {
  const { signals, apply } = (effect ?? {}) as Partial<Effect>
  if (effect === 'none' || (Array.isArray(signals) && typeof apply === 'function')) return
  throw new ConfigurationError({
    code: 'effect_malformed',
    path: `effects['${type}']`,
    problem: "must be 'none', or have the signals that it may send and a function apply",
    got: describeValue(effect),
    fix: "Write { signals: ['my-signal'], apply: (event, subject) => subject.signal('my-signal') }.",
  })
}

function noMapping(subject: unknown): ConfigurationError {
  return new ConfigurationError({
    code: 'subject_missing',
    path: 'subject',
    problem: 'must be a function from a subject identifier to a subject of yours',
    got: describeValue(subject),
    fix: "Write subject: (id) => (id.format === 'iss_sub' ? id.sub : undefined).",
  })
}

const SHORTEST_AUTHORIZATION = 16

function assertAuthorization(value: unknown): void {
  if (value === undefined || (typeof value === 'string' && value.length >= SHORTEST_AUTHORIZATION))
    return
  throw new ConfigurationError({
    code: 'push_authorization_malformed',
    path: 'pushAuthorization',
    problem: `must be a text of at least ${SHORTEST_AUTHORIZATION} characters`,
    // never the secret itself
    got: typeof value,
    fix: "Write pushAuthorization: 'Bearer …' with what the stream has as authorization_header.",
  })
}
