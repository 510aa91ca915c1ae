// Receives security events of several transmitters for one guard.
import {
  type Clock,
  ConfigurationError,
  consoleLogger,
  type GuardServices,
  type Logger,
  systemClock,
} from '@countersign/core'
import { assertNames } from '../assert-names.ts'
import type { SecurityEvent } from '../set/check-set-claims.ts'
import { type Accepted, acceptSet, type Outcome } from './accept-set.ts'
import { type PollLoop, pollStream } from './poll-stream.ts'
import { pushHandler } from './push-handler.ts'
import {
  readTransmitter,
  type Transmitter,
  type TransmitterOptions,
} from './transmitter-options.ts'
import { type Vigil, watchStream } from './watch-stream.ts'

/** What a receiver needs of a guard: any guard of any adapter has it. */
export type ReceivingGuard = Pick<
  GuardServices,
  'signal' | 'credentialChanged' | 'sessionEnded' | 'heardFrom' | 'storage'
>

export interface ReceiverOptions {
  readonly guard: ReceivingGuard
  /** Each with an issuer of its own. */
  readonly transmitters: readonly TransmitterOptions[]
  /** Told each event that was accepted, after it took effect: for what is the app's own to do, as to end its session. */
  readonly onEvent?: ((event: SecurityEvent, outcome: Outcome) => void) | undefined
  /** @default console */
  readonly logger?: Logger | undefined
  /** @default the system's clock */
  readonly clock?: Clock | undefined
}

export interface Receiver {
  /** The push endpoint (RFC 8935): answers 202 once the event holds here, 400 with a code, or 503 with Retry-After. */
  push(request: Request): Promise<Response>
  /** Begins to poll, and to ask streams for signs of life, where transmitters say so. */
  start(): Promise<void>
  /** Ends both. The guard stays open. */
  close(): Promise<void>
}

const NAMES = ['guard', 'transmitters', 'onEvent', 'logger', 'clock']

/**
 * @throws ConfigurationError where an option is wrong
 * @example
 * const receiver = createReceiver({
 *   guard,
 *   transmitters: [{
 *     issuer: 'https://idp.example',
 *     audience: 'https://shop.example',
 *     algorithms: ['RS256'],
 *     subject: (id) => (id.format === 'iss_sub' ? id.sub : undefined),
 *   }],
 * })
 */
export function createReceiver(options: ReceiverOptions): Receiver {
  assertNames('createReceiver', options, NAMES)
  const { guard, onEvent, logger = consoleLogger, clock = systemClock } = options
  const transmitters = readTransmitters(options.transmitters, clock)
  const storage = { seen: guard.storage('ssf-seen'), state: guard.storage('ssf-stream') }
  const acceptance = { guard, seen: storage.seen, clock, logger, onEvent }
  const vigils = new Map<string, Vigil>()
  for (const one of transmitters.values()) {
    if (one.verify === undefined) continue
    const around = { guard, state: storage.state, clock, logger }
    vigils.set(one.issuer, watchStream(one, one.verify, around))
  }
  let polls: PollLoop[] = []

  function accept(transmitter: Transmitter, jwt: string): Promise<Accepted> {
    return acceptSet(acceptance, transmitter, vigils.get(transmitter.issuer), jwt)
  }

  return {
    push: pushHandler({
      transmitters,
      accept,
      failed: (error) => logger.error({ err: error }, 'a security event could not be worked on'),
    }),
    async start() {
      await Promise.all([...vigils.values()].map((vigil) => vigil.start()))
      for (const one of transmitters.values())
        if (one.poll !== undefined)
          polls.push(pollStream({ polling: one.poll, accept: (jwt) => accept(one, jwt), logger }))
    },
    async close() {
      for (const vigil of vigils.values()) vigil.stop()
      const ending = polls
      polls = []
      await Promise.all(ending.map((poll) => poll.stop()))
    },
  }
}

function readTransmitters(
  list: readonly TransmitterOptions[],
  clock: Clock,
): ReadonlyMap<string, Transmitter> {
  const known = new Map<string, Transmitter>()
  for (const options of list ?? []) {
    const one = readTransmitter(options, clock)
    if (known.has(one.issuer)) throw twice(one.issuer)
    known.set(one.issuer, one)
  }
  return known
}

function twice(issuer: string): ConfigurationError {
  return new ConfigurationError({
    code: 'issuer_twice',
    path: 'transmitters',
    problem: 'must have one transmitter for each issuer',
    got: issuer,
    fix: 'Put what both may send into one of them.',
  })
}
