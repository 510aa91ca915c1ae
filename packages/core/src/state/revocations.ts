// What was taken back by name: subjects (their last credential event), sessions, devices; and everybody's older devices.
import { type Position, readPosition } from '../ports/position.ts'
import type { CredentialChange, Revocation } from './feed-event.ts'
import { type Copied, copyEntries } from './long-list.ts'
import { dropOver, keptUntil } from './retention.ts'

/** The last credential event of a subject: trust and evidence given before it have ended. */
export interface SubjectEpoch {
  /** Its position, as numbers: it is compared in every request. */
  readonly generation: number
  readonly sequence: number
  readonly at: number
  readonly what: CredentialChange
  readonly keptUntil: number
}

/** When all devices of a subject were taken back: those that were trusted before it have ended. */
interface DevicesEpoch {
  readonly generation: number
  readonly sequence: number
  readonly keptUntil: number
}

/** A session's or a device's id with the subject that it was revoked for. */
interface RevokedId {
  readonly subject: string
  readonly keptUntil: number
  /** Another subject with the same id: two applications may number their sessions alike. */
  readonly next?: RevokedId
}

export interface RevocationsJson {
  readonly subjects: readonly (readonly [string, SubjectEpoch])[]
  readonly sessions: readonly (readonly [string, RevokedId])[]
  readonly devices: readonly (readonly [string, RevokedId])[]
  /** Absent in snapshots of releases that knew of none. */
  readonly allDevices?: readonly (readonly [string, DevicesEpoch])[]
  readonly devicesBefore?: number
}

export interface Revocations {
  epoch(subject: string): SubjectEpoch | undefined
  isSessionRevoked(subject: string, session: string): boolean
  isDeviceRevoked(subject: string, device: string): boolean
  /** Trusted when the position was folded, at that time by the clock of the instance that granted it. */
  areDevicesRevoked(
    subject: string,
    generation: number,
    sequence: number,
    grantedAt: number,
  ): boolean
  fold(revocation: NamedRevocation, position: Position, at: number, now: number): void
  drop(now: number): void
  copy(): Copied<RevocationsJson>
}

export type NamedRevocation = Exclude<Revocation, { readonly kind: 'activation' }>

export function createRevocations(json?: RevocationsJson): Revocations {
  const subjects = new Map<string, SubjectEpoch>(json?.subjects)
  const sessions = new Map<string, RevokedId>(json?.sessions)
  const devices = new Map<string, RevokedId>(json?.devices)
  const allDevices = new Map<string, DevicesEpoch>(json?.allDevices)
  let devicesBefore = json?.devicesBefore ?? Number.NEGATIVE_INFINITY
  return {
    epoch: (subject) => subjects.get(subject),
    isSessionRevoked: (subject, session) => isRevoked(sessions.get(session), subject),
    isDeviceRevoked: (subject, device) => isRevoked(devices.get(device), subject),
    areDevicesRevoked(subject, generation, sequence, grantedAt) {
      // what is no number is no later moment
      if (!(grantedAt >= devicesBefore)) return true
      const epoch = allDevices.get(subject)
      return epoch !== undefined && isBefore(generation, sequence, epoch)
    },
    fold(revocation, position, at, now) {
      const until = keptUntil(at, now)
      const [generation, sequence] = readPosition(position)
      if (revocation.kind === 'devices-before') {
        // it is never taken back: an earlier moment changes nothing
        devicesBefore = Math.max(devicesBefore, revocation.before)
      } else if (revocation.kind === 'devices') {
        allDevices.delete(revocation.subject)
        allDevices.set(revocation.subject, { generation, sequence, keptUntil: until })
      } else if (revocation.kind === 'subject') {
        // taken out and put back, so that the map stays in the order of folding
        subjects.delete(revocation.subject)
        const { what } = revocation
        subjects.set(revocation.subject, { generation, sequence, at, what, keptUntil: until })
      } else if (revocation.kind === 'session') {
        revoke(sessions, revocation.session, revocation.subject, until)
      } else {
        revoke(devices, revocation.device, revocation.subject, until)
      }
    },
    drop(now) {
      dropOver(subjects, now)
      dropOver(sessions, now)
      dropOver(devices, now)
      dropOver(allDevices, now)
    },
    copy: () => ({
      subjects: copyEntries(subjects),
      sessions: copyEntries(sessions),
      devices: copyEntries(devices),
      allDevices: copyEntries(allDevices),
      ...(Number.isFinite(devicesBefore) ? { devicesBefore } : {}),
    }),
  }
}

/** A position that is no number is before everything. */
export function isBefore(
  generation: number,
  sequence: number,
  epoch: { readonly generation: number; readonly sequence: number },
): boolean {
  if (epoch.generation !== generation) return !(epoch.generation < generation)
  return !(epoch.sequence <= sequence)
}

function isRevoked(revoked: RevokedId | undefined, subject: string): boolean {
  for (let one = revoked; one !== undefined; one = one.next)
    if (one.subject === subject) return true
  return false
}

function revoke(map: Map<string, RevokedId>, id: string, subject: string, until: number): void {
  const before = map.get(id)
  if (isRevoked(before, subject)) return
  map.delete(id)
  map.set(id, { subject, keptUntil: until, ...(before === undefined ? {} : { next: before }) })
}
