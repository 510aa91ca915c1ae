// The folded state as bytes: versioned JSON, checked when it is read.
import { type Position, parsePosition } from '../ports/position.ts'
import type { ActivationsJson } from './activations.ts'
import type { LineageJson } from './lineage.ts'
import type { LiveSignalsJson } from './live-signals.ts'
import type { Copied } from './long-list.ts'
import type { RevocationsJson } from './revocations.ts'
import type { SourcesJson } from './sources.ts'
import type { Suspension } from './switches.ts'
import { writeInPieces } from './write-in-pieces.ts'

const VERSION = 1

export interface SnapshotJson {
  readonly position: Position
  readonly activations: ActivationsJson
  readonly switches: readonly Suspension[]
  readonly revocations: RevocationsJson
  readonly signals: LiveSignalsJson
  /** Absent in snapshots of releases that knew of none. */
  readonly sources?: SourcesJson
  readonly lineage: LineageJson
  readonly eventIds: readonly string[]
  /** Milliseconds since the epoch: when the present generation began, where it is not the first. */
  readonly begunAt?: number
  /** When this generation ended: the next one begins with this snapshot. */
  readonly endedAt?: number
}

/** The state as it was at one moment, its long lists not yet written. */
export type StateCopy = Copied<Omit<SnapshotJson, 'revocations'>> & {
  readonly revocations: Copied<RevocationsJson>
}

/** Requests are answered in between. */
export function writeSnapshot(copy: StateCopy): Promise<Uint8Array> {
  return writeInPieces({ countersignState: VERSION, ...copy })
}

/** @throws where the bytes are no snapshot of a version that this release reads. */
export function readSnapshot(bytes: Uint8Array): SnapshotJson {
  const json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Record<
    string,
    unknown
  > | null
  if (json === null || typeof json !== 'object' || json['countersignState'] !== VERSION) {
    throw new Error(`a snapshot of the state has to be version ${VERSION}`)
  }
  if (parsePosition(json['position']) === undefined) throw new Error('a snapshot without position')
  return json as unknown as SnapshotJson
}
