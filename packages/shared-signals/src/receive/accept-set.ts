// One security event token, from bytes to effect: verified, allowed, counted once, mapped to a subject, and applied.
import type { Clock, Logger, Storage } from '@countersign/core'
import { affectedSubject, type EffectGuard } from '../effects/affected-subject.ts'
import { STREAM_UPDATED, VERIFICATION } from '../event-types.ts'
import type { SecurityEvent } from '../set/check-set-claims.ts'
import { refuse, type SetError } from '../set/set-error.ts'
import { mapSubject } from './map-subject.ts'
import { takeOnce } from './take-once.ts'
import type { Transmitter } from './transmitter-options.ts'
import type { Vigil } from './watch-stream.ts'

export type Outcome =
  /** It took effect. */
  | 'applied'
  /** It is about nobody whom the app knows. */
  | 'nobody'
  /** Its type has no effect. */
  | 'ignored'
  /** It had taken effect before: a delivery that was repeated. */
  | 'repeated'
  /** It is about the stream itself. */
  | 'stream'

export type Accepted =
  | { readonly ok: true; readonly outcome: Outcome; readonly event: SecurityEvent }
  | SetError

export interface Acceptance {
  readonly guard: EffectGuard
  readonly seen: Storage
  readonly clock: Clock
  readonly logger: Logger
  readonly onEvent: ((event: SecurityEvent, outcome: Outcome) => void) | undefined
}

/** How long a `jti` is remembered, and so how late a token may come: an older one cannot be told from a replay. */
export const REMEMBERED_MS: number = 30 * 86_400_000

/** Rejects where something failed here (the store, the feed, the app's own function): the token may come again. */
export async function acceptSet(
  acceptance: Acceptance,
  transmitter: Transmitter,
  vigil: Vigil | undefined,
  jwt: string,
): Promise<Accepted> {
  const { clock, logger, onEvent } = acceptance
  const verified = await transmitter.verifySet(jwt)
  if (!verified.ok) return verified
  const { event } = verified
  if (event.issuedAt < clock.now() - REMEMBERED_MS)
    return refuse('invalid_request', 'iat is so long ago that a replay could not be told')
  const accepted = await takeEffect(acceptance, transmitter, vigil, event, jwt)
  if (!accepted.ok) return accepted
  if (accepted.outcome !== 'repeated') await vigil?.heard(event)
  try {
    onEvent?.(event, accepted.outcome)
  } catch (error) {
    logger.error({ err: error, jti: event.jti }, 'onEvent failed: the event has taken effect')
  }
  return accepted
}

async function takeEffect(
  acceptance: Acceptance,
  transmitter: Transmitter,
  vigil: Vigil | undefined,
  event: SecurityEvent,
  jwt: string,
): Promise<Accepted> {
  const aboutStream = event.type === VERIFICATION || event.type === STREAM_UPDATED
  if (!aboutStream && !transmitter.mayTell(event.type))
    return refuse('access_denied', 'events of this type are not accepted from this issuer')
  let outcome: Outcome | SetError = 'ignored'
  // the claims, not the signature: some transmitters sign anew each time that they send
  const message = { id: `${event.issuer}\n${event.jti}`, content: jwt.split('.')[1] ?? '' }
  const taking = await takeOnce(acceptance.seen, message, REMEMBERED_MS, async () => {
    outcome = aboutStream
      ? ((await vigil?.check(event)) ?? 'stream')
      : await applyEffect(acceptance, transmitter, event)
    if (typeof outcome !== 'string') throw new Refused()
  }).catch((error: unknown) => {
    if (error instanceof Refused) return 'refused' as const
    throw error
  })
  if (taking === 'refused') return outcome as unknown as SetError
  if (taking === 'conflict')
    return refuse('invalid_request', 'another event came under this jti before')
  return { ok: true, event, outcome: taking === 'repeated' ? 'repeated' : outcome }
}

/** Leaves the token untaken: it is refused for what it says. */
class Refused extends Error {}

async function applyEffect(
  { guard, clock, logger }: Acceptance,
  transmitter: Transmitter,
  event: SecurityEvent,
): Promise<Outcome | SetError> {
  const effect = transmitter.effectOf(event.type)
  if (effect === undefined) return 'ignored'
  const mapped = await mapSubject(event, transmitter.mapSubject)
  if (!mapped.ok) return mapped
  if (mapped.subject === undefined) {
    const { issuer, jti, type, subject } = event
    logger.info(
      { issuer, jti, type, format: subject.format },
      'a security event is about nobody here',
    )
    return 'nobody'
  }
  await effect.apply(
    event,
    affectedSubject(guard, mapped.subject, event, { now: () => clock.now(), logger }),
  )
  return 'applied'
}
