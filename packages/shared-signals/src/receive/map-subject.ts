// From a subject identifier to a subject of the app: the app's function answers, and nobody is a good answer.
import type { Json } from '@countersign/core'
import type { SecurityEvent } from '../set/check-set-claims.ts'
import { refuse, type SetError } from '../set/set-error.ts'
import type { SubjectIdentifier } from '../set/subject-identifier.ts'

export interface MappedSubject {
  readonly subject: string
  /** The app's own name of the session that it is about. Absent: all sessions of the subject. */
  readonly session?: string | undefined
  /** The id of a trusted device, as `guard.devices.list` tells it. Absent: all devices. */
  readonly device?: string | undefined
}

/**
 * Whom your app knows by this identifier: an id as your `identity` gives it, alone or with the session, or `undefined`
 * for nobody. Asked with each identifier of `aliases`, and with a `complex` subject as a whole: what it leaves out is
 * meant for all. Look an `email` up among verified addresses only: anybody can register with somebody else's.
 */
export type MapSubject = (
  subject: SubjectIdentifier,
  event: SecurityEvent,
) => Mapping | Promise<Mapping>
type Mapping = string | MappedSubject | undefined

export type Mapped = { readonly ok: true; readonly subject: MappedSubject | undefined } | SetError

/** Rejects where the app's function does: the token can then be given again. */
export async function mapSubject(event: SecurityEvent, map: MapSubject): Promise<Mapped> {
  let found: MappedSubject | undefined
  for (const identifier of identifiersOf(event.subject)) {
    const mapped = isUnverifiedEmail(identifier)
      ? undefined
      : toMapped(await map(identifier, event))
    if (mapped === undefined) continue
    // RFC 9493, 3.2.8: aliases are one subject; where they are two to us, the wrong one might be hit
    if (found !== undefined && found.subject !== mapped.subject)
      return refuse('invalid_request', 'the aliases of sub_id are different subjects here')
    found ??= mapped
  }
  return { ok: true, subject: found }
}

function identifiersOf(subject: SubjectIdentifier): readonly SubjectIdentifier[] {
  return subject.format === 'aliases'
    ? (subject['identifiers'] as readonly SubjectIdentifier[])
    : [subject]
}

/** An address that its holder never proved to have is nobody's. */
function isUnverifiedEmail(identifier: SubjectIdentifier): boolean {
  const email = identifier.format === 'complex' ? identifier['user'] : identifier
  return isMap(email) && email['format'] === 'email' && email['email_verified'] === false
}

function toMapped(mapping: unknown): MappedSubject | undefined {
  if (mapping === undefined || mapping === null) return undefined
  const mapped = typeof mapping === 'string' ? { subject: mapping } : (mapping as MappedSubject)
  const { subject, session, device } = mapped
  const texts = [subject, session ?? '-', device ?? '-']
  if (texts.every((one) => typeof one === 'string' && one !== '')) return mapped
  throw new TypeError(
    'subject() must answer a text, { subject, session?, device? } in texts, or undefined',
  )
}

function isMap(value: Json | undefined): value is { readonly [member: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
