// What was taken back by name: subjects (their last credential event), sessions, devices; and everybody's older devices.

import { type Position, readPosition } from '../ports/position.ts'
import type { Revocation } from './feed-event.ts'
import type { Copied } from './long-list.ts'
import { keptUntil } from './retention.ts'
import { createRevokedIds, type RevokedIdsJson } from './revoked-ids.ts'
import { createSubjectEpochs, type SubjectEpoch, type SubjectEpochsJson } from './subject-epochs.ts'

export interface RevocationsJson {
  readonly subjects: SubjectEpochsJson
  readonly sessions: RevokedIdsJson
  readonly devices: RevokedIdsJson
  /** Absent in snapshots of releases that knew of none. */
  readonly allDevices?: SubjectEpochsJson
  readonly devicesBefore?: number
}

export interface Revocations {
  /** The last credential event of a subject: trust and evidence given before it have ended. */
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
  const subjects = createSubjectEpochs(json?.subjects)
  const sessions = createRevokedIds(json?.sessions)
  const devices = createRevokedIds(json?.devices)
  /** When all devices of a subject were taken back: those that were trusted before it have ended. */
  const allDevices = createSubjectEpochs(json?.allDevices)
  let devicesBefore = json?.devicesBefore ?? Number.NEGATIVE_INFINITY
  return {
    epoch: (subject) => subjects.find(subject),
    isSessionRevoked: (subject, session) => sessions.has(subject, session),
    isDeviceRevoked: (subject, device) => devices.has(subject, device),
    areDevicesRevoked(subject, generation, sequence, grantedAt) {
      // what is no number is no later moment
      if (!(grantedAt >= devicesBefore)) return true
      const epoch = allDevices.find(subject)
      return epoch !== undefined && isBefore(generation, sequence, epoch)
    },
    fold(revocation, position, at, now) {
      const until = keptUntil(at, now)
      if (revocation.kind === 'devices-before') {
        // it is never taken back: an earlier moment changes nothing
        devicesBefore = Math.max(devicesBefore, revocation.before)
      } else if (revocation.kind === 'session') {
        sessions.add(revocation.subject, revocation.session, until)
      } else if (revocation.kind === 'device') {
        devices.add(revocation.subject, revocation.device, until)
      } else {
        const [generation, sequence] = readPosition(position)
        const epochs = revocation.kind === 'subject' ? subjects : allDevices
        // what is no number is no earlier moment
        const moment = Number.isFinite(at) ? at : now
        epochs.set(revocation.subject, { generation, sequence, at: moment }, until)
      }
    },
    drop(now) {
      subjects.drop(now)
      sessions.drop(now)
      devices.drop(now)
      allDevices.drop(now)
    },
    copy: () => ({
      subjects: subjects.copy(),
      sessions: sessions.copy(),
      devices: devices.copy(),
      allDevices: allDevices.copy(),
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
