// The dead man's switch of a stream: it is asked for a sign of life, and where nothing comes, what depends on it is unknown.

import type { Clock, GuardServices, Logger, Storage } from '@countersign/core'
import { STREAM_UPDATED, VERIFICATION } from '../event-types.ts'
import { runEvery } from '../run-every.ts'
import type { SecurityEvent } from '../set/check-set-claims.ts'
import { refuse, type SetError } from '../set/set-error.ts'
import type { Transmitter } from './transmitter-options.ts'
import type { Verifying } from './verify-options.ts'

export interface Vigil {
  /** Of an event about the stream: what is wrong with it, if anything is. */
  check(event: SecurityEvent): Promise<SetError | undefined>
  /** A token of the stream was accepted. */
  heard(event: SecurityEvent): Promise<void>
  /** Asks from now on, each instance in turn. */
  start(): Promise<void>
  stop(): void
}

export interface VigilOptions {
  readonly guard: Pick<GuardServices, 'heardFrom'>
  readonly state: Storage
  readonly clock: Clock
  readonly logger: Logger
}

/** Missing once may be bad luck; twice is silence. */
const INTERVALS = 2

export function watchStream(
  transmitter: Transmitter,
  { everyMs, client, streamId }: Verifying,
  { guard, state, clock, logger }: VigilOptions,
): Vigil {
  const { issuer: source, signals } = transmitter
  const quietMs = INTERVALS * everyMs
  let timer: ReturnType<typeof setInterval> | undefined
  let notedAt = Number.NEGATIVE_INFINITY
  let failing = false

  async function note(until: number): Promise<void> {
    await guard.heardFrom({ source, signals, until: new Date(until) })
    await state.write(source, 'life', { until }, 'any')
    notedAt = clock.now()
  }

  /** Only the first start of all gives time to prove itself: restarts must not keep a silent stream alive. */
  async function begin(): Promise<void> {
    const until = clock.now() + quietMs
    if (await state.write(source, 'life', { until }, 'absent')) return note(until)
    const known = (await state.read(source, 'life'))?.value as { until?: unknown } | undefined
    return note(typeof known?.until === 'number' ? known.until : 0)
  }

  async function ask(): Promise<void> {
    // one instance asks for all; a little less than the interval, or the next turn would come too early for the lease
    if (!(await state.write(source, 'turn', true, 'absent', everyMs * 0.9))) return
    const asked = crypto.randomUUID()
    await state.write(source, `asked ${asked}`, true, 'any', INTERVALS * quietMs)
    await client.verify(streamId, asked)
  }

  function askAndTell(): void {
    ask().then(
      () => {
        failing = false
      },
      (error: unknown) => {
        if (!failing)
          logger.warn(
            { err: error, issuer: source },
            'a stream could not be asked to verify itself',
          )
        failing = true
      },
    )
  }

  return {
    async check({ type, payload, subject }) {
      if (subject.format === 'opaque' && subject['id'] !== streamId)
        return refuse('invalid_request', 'sub_id is not the stream')
      const asked = payload['state']
      if (type !== VERIFICATION || asked === undefined) return undefined
      const known = typeof asked === 'string' && (await state.read(source, `asked ${asked}`))
      return known
        ? undefined
        : refuse('invalid_state', 'a verification with this state was not asked for')
    },
    async heard({ type, payload, issuedAt }) {
      const now = clock.now()
      // paused or disabled: the transmitter says itself that it will be silent
      if (type === STREAM_UPDATED && payload['status'] !== 'enabled') return note(now)
      // what was held back for long, or lay in a queue, is no sign of life
      if (issuedAt < now - everyMs || now - notedAt < everyMs / 4) return
      await note(now + quietMs)
    },
    async start() {
      await begin()
      askAndTell()
      timer = runEvery(everyMs, askAndTell)
    },
    stop: () => clearInterval(timer),
  }
}
