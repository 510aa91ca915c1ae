// The parts that make up the folded state, what an event changes in them, and how they are kept and restored.
import type { FeedEntry } from '../ports/feed.ts'
import { type Position, readPosition } from '../ports/position.ts'
import { type Activations, createActivations } from './activations.ts'
import { createEventWindow, type EventWindow } from './event-window.ts'
import { createLineage, type Lineage } from './lineage.ts'
import { createLiveSignals, type LiveSignals } from './live-signals.ts'
import { createRevocations, type Revocations } from './revocations.ts'
import { readSnapshot, type SnapshotJson, type StateCopy } from './snapshot.ts'
import { createSources, type Sources } from './sources.ts'
import { createSwitches, type Switches } from './switches.ts'

export interface Parts {
  readonly activations: Activations
  readonly switches: Switches
  readonly revocations: Revocations
  readonly signals: LiveSignals
  readonly sources: Sources
  readonly lineage: Lineage
  readonly window: EventWindow
  /** When the present generation began, where it is not the first that is known. */
  readonly begunAt: number | undefined
}

export function createParts(
  json?: SnapshotJson,
  begunAt: number | undefined = json?.begunAt,
): Parts {
  return {
    begunAt,
    activations: createActivations(json?.activations),
    switches: createSwitches(json?.switches),
    revocations: createRevocations(json?.revocations),
    signals: createLiveSignals(json?.signals),
    sources: createSources(json?.sources),
    lineage: createLineage(json?.lineage),
    window: createEventWindow(json?.eventIds),
  }
}

/**
 * A snapshot of an earlier generation is what the new one began with, and `reaches` how far that goes; an empty one, that
 * it began with nothing.
 */
export function restoreParts(
  bytes: Uint8Array,
  next: Position,
  now: number,
): { parts: Parts; position: Position; reaches?: Position } {
  if (bytes.length === 0) {
    const begunAt = generationOf(next) > 1 ? now : undefined
    return { parts: createParts(undefined, begunAt), position: startOf(next) }
  }
  const json = readSnapshot(bytes)
  const behind = generationOf(json.position) - generationOf(next)
  if (behind > 0) throw new Error(`a snapshot of ${json.position} for ${next}`)
  if (behind === 0) return { parts: createParts(json), position: json.position }
  // who does not say when it ended may have ended it just now: the later, the stricter
  const parts = createParts(json, json.endedAt ?? now)
  parts.lineage.close(json.position)
  return { parts, position: startOf(next), reaches: json.position }
}

/** What one event changes. `mayLoosen`: a signal may take back or weaken one that holds. `key`: who signed it. */
export function foldEvent(
  parts: Parts,
  { position, event }: FeedEntry,
  now: number,
  { mayLoosen, key }: { readonly mayLoosen: boolean; readonly key?: string },
): void {
  switch (event.topic) {
    case 'policy':
      parts.activations.fold(event, position, now, key)
      return
    case 'switch':
      parts.switches.fold(event, position)
      return
    case 'signal':
      parts.signals.fold(event.data, event.at, !mayLoosen)
      return
    case 'source':
      parts.sources.fold(event.data.source, event.data)
      return
    case 'revocation':
      if (event.data.kind === 'activation') {
        parts.activations.recall(event.data.activation, event.at, now)
      } else {
        parts.revocations.fold(event.data, position, event.at, now)
      }
  }
}

/** As they are now: what is folded afterwards is not in it. */
export function copyParts(parts: Parts, position: Position, endedAt?: number): StateCopy {
  return {
    position,
    ...(parts.begunAt === undefined ? {} : { begunAt: parts.begunAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
    activations: parts.activations.toJson(),
    switches: parts.switches.toJson(),
    revocations: parts.revocations.copy(),
    signals: parts.signals.copy(),
    sources: parts.sources.toJson(),
    lineage: parts.lineage.toJson(),
    eventIds: parts.window.toJson(),
  }
}

export function generationOf(position: Position): number {
  return readPosition(position)[0]
}

export function startOf(position: Position): Position {
  return `${generationOf(position)}:0`
}
