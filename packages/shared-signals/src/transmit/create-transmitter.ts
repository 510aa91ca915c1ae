// Tells others what happens in a guard: devices trusted, revoked and reused, credentials changed, accounts disabled.
import {
  type AuditEntry,
  type Clock,
  consoleLogger,
  type GuardServices,
  type Json,
  type Logger,
  readIssuer,
  systemClock,
} from '@countersign/core'
import { assertNames } from '../assert-names.ts'
import { VERIFICATION } from '../event-types.ts'
import type { SubjectIdentifier } from '../set/subject-identifier.ts'
import { eventOfRecord, type OwnEvent } from './event-of-record.ts'
import { followRecords } from './follow-records.ts'
import { type Claims, createOutbox, type Outbox } from './outbox.ts'
import { type PollEndpoint, pollEndpoint } from './poll-endpoint.ts'
import { type PushLoop, pushStream } from './push-stream.ts'
import { readStreams, type Stream, type TransmitterStream } from './stream-options.ts'
import { transmitterEndpoints, VERIFIED_EVERY } from './transmitter-endpoints.ts'
import { readSigningKeys, type SigningKey } from './transmitter-keys.ts'

export interface TransmittingOptions {
  /** Any guard of any adapter. */
  readonly guard: Pick<GuardServices, 'records' | 'storage'>
  /** The URL below which `answer` is served: `iss` of every token, and where its configuration is found. */
  readonly issuer: string
  /** The first signs, all are published. */
  readonly keys: SigningKey | readonly SigningKey[]
  readonly streams: readonly TransmitterStream[]
  /** How receivers name a subject of yours. @default { format: 'iss_sub', iss: issuer, sub: subject } */
  readonly subject?: ((subject: string) => SubjectIdentifier) | undefined
  /** @default console */
  readonly logger?: Logger | undefined
  /** @default the system's clock */
  readonly clock?: Clock | undefined
}

export interface EventTransmitter {
  /** Its configuration and keys, and for receivers: poll (RFC 8936), their stream, its status, and verification. */
  answer(request: Request): Promise<Response>
  /** Begins to tell: what was recorded while nothing told it, then what is. */
  start(): Promise<void>
  /** What is not told yet stays in the guard's store, and is told by the next that starts. */
  close(): Promise<void>
}

const NAMES = ['guard', 'issuer', 'keys', 'streams', 'subject', 'logger', 'clock']

interface Line {
  readonly stream: Stream
  readonly outbox: Outbox
  readonly poll: PollEndpoint
  push: PushLoop | undefined
}

/**
 * Each event is told at least once, under one `jti`, also across a restart; deliveries may overtake each other.
 *
 * @throws ConfigurationError where an option is wrong
 */
export function createTransmitter(options: TransmittingOptions): EventTransmitter {
  assertNames('createTransmitter', options, NAMES)
  const { guard, logger = consoleLogger, clock = systemClock } = options
  const issuer = readIssuer(options.issuer)
  const keys = readSigningKeys(options.keys)
  const subjectOf = options.subject ?? ((sub) => ({ format: 'iss_sub', iss: issuer, sub }))
  const storage = guard.storage('ssf-transmitter')
  const lines: readonly Line[] = readStreams(options.streams).map((stream) => {
    const outbox = createOutbox(storage, stream.id)
    const poll = pollEndpoint({ stream: stream.id, outbox, sign: keys.sign, logger })
    return { stream, outbox, poll, push: undefined }
  })
  const records = followRecords({ guard, storage, clock, logger, take })

  /** Resolves once it is kept for every stream that gets it. */
  async function take(entry: AuditEntry): Promise<void> {
    const event = eventOfRecord(entry)
    if (event === undefined) return
    for (const line of lines)
      if (line.stream.events.includes(event.type))
        await put(line, await claimsOf(line, event, entry))
  }

  async function put({ outbox, poll, push }: Line, claims: Claims): Promise<void> {
    await outbox.put(claims)
    poll.wake()
    push?.wake()
  }

  async function claimsOf({ stream }: Line, event: OwnEvent, { at }: AuditEntry): Promise<Claims> {
    const { type, payload, subject, device } = event
    const user = subjectOf(subject)
    const complex = { format: 'complex', user, device: { format: 'opaque', id: device ?? '' } }
    return {
      // of what happened: however often it is taken up, it is one event
      jti: await digestOf(JSON.stringify([stream.id, at, type, subject, device, payload])),
      iat: Math.floor(at / 1000),
      ...{ iss: issuer, aud: stream.audience },
      sub_id: (device === undefined ? user : complex) as Json,
      events: { [type]: payload },
    }
  }

  async function verify({ id, audience }: Stream, state: string | undefined): Promise<boolean> {
    if (!(await storage.write('verified', id, true, 'absent', VERIFIED_EVERY * 1000))) return false
    const line = lines.find(({ stream }) => stream.id === id) as Line
    await put(line, {
      ...{ jti: crypto.randomUUID(), iat: Math.floor(clock.now() / 1000), iss: issuer },
      ...{ aud: audience, sub_id: { format: 'opaque', id } },
      events: { [VERIFICATION]: state === undefined ? {} : { state } },
    })
    return true
  }

  return {
    answer: transmitterEndpoints({
      issuer,
      streams: lines.map(({ stream }) => stream),
      keys: keys.published,
      poll: (stream, body) =>
        (lines.find((one) => one.stream === stream) as Line).poll.answer(body),
      verify,
    }),
    async start() {
      await records.start()
      for (const line of lines) {
        const { stream, outbox } = line
        if (stream.push === undefined || line.push !== undefined) continue
        const pushed = { ...stream, push: stream.push }
        line.push = pushStream({ stream: pushed, outbox, storage, sign: keys.sign, logger })
      }
    },
    async close() {
      await records.stop()
      for (const { poll } of lines) poll.stop()
      await Promise.all(lines.map(({ push }) => push?.stop()))
    },
  }
}

async function digestOf(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(bytes).subarray(0, 20), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
}
