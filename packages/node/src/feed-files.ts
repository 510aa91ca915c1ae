// What the feed keeps in files: `log.ndjson`, an event a line, and `snapshot`, a line of JSON and then the state.
import { readFile, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import {
  ConfigurationError,
  comparePositions,
  type FeedEntry,
  firstPosition,
  nextPosition,
  type Position,
  readPosition,
} from '@countersign/core'
import type { DataDirectory } from './data-directory.ts'
import { codeOf, replaceFile } from './durable-files.ts'
import { readLines } from './read-lines.ts'

export interface FeedPaths {
  readonly log: string
  readonly snapshot: string
  /** Where the log ends, kept apart. */
  readonly end: string
}

export interface Snapshot {
  readonly at: Position
  /** The last position of each topic at that time, for compare-and-set. */
  readonly topics: readonly (readonly [string, Position])[]
  readonly state: Uint8Array
}

export interface History {
  readonly snapshot: Snapshot
  /** Those after the snapshot. */
  readonly entries: readonly FeedEntry[]
}

export function feedPaths(dir: DataDirectory): FeedPaths {
  return {
    log: join(dir.feed, 'log.ndjson'),
    snapshot: join(dir.feed, 'snapshot'),
    end: join(dir.ends, 'feed'),
  }
}

/**
 * `acknowledged`: as far as somebody was told that the log reaches. A line after it that is none is what a loss of power
 * left of a write: it is cut off, with what follows.
 *
 * @throws ConfigurationError `feed_unreadable`: what cannot be read may be a revocation
 */
export async function readHistory(
  paths: FeedPaths,
  acknowledged: Position | undefined,
): Promise<History> {
  const snapshot = (await readSnapshot(paths.snapshot)) ?? {
    at: firstPosition(1),
    topics: [],
    state: new Uint8Array(),
  }
  const entries: FeedEntry[] = []
  let last: Position = snapshot.at
  for await (const { text, at } of readLines(paths.log)) {
    const entry = parseEntry(text)
    if (entry === undefined) {
      if (acknowledged !== undefined && comparePositions(last, acknowledged) >= 0) {
        await truncate(paths.log, at)
        break
      }
      throw feedUnreadable(
        paths.log,
        `a line that is no event: ${JSON.stringify(text.slice(0, 60))}`,
      )
    }
    // a crash between the snapshot and the shorter log leaves lines that the snapshot holds already
    if (comparePositions(entry.position, snapshot.at) <= 0) continue
    if (entry.position !== nextPosition(last)) {
      throw feedUnreadable(paths.log, `${entry.position} comes after ${last}`)
    }
    entries.push(entry)
    last = entry.position
  }
  return { snapshot, entries }
}

/** Whether an operator ever changed something, as far as the files tell. Only looks. */
export async function hasHistory(paths: FeedPaths): Promise<boolean> {
  if ((await readSnapshot(paths.snapshot)) !== undefined) return true
  for await (const { text } of readLines(paths.log)) {
    const topic = parseEntry(text)?.event.topic
    if (topic === 'policy' || topic === 'switch') return true
  }
  return false
}

function parseEntry(text: string): FeedEntry | undefined {
  try {
    const entry = JSON.parse(text) as FeedEntry
    const whole =
      Number.isInteger(readPosition(entry.position)[1]) && typeof entry.event === 'object'
    return whole ? entry : undefined
  } catch {
    return undefined
  }
}

async function readSnapshot(path: string): Promise<Snapshot | undefined> {
  let bytes: Buffer
  try {
    bytes = await readFile(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
  const line = bytes.indexOf(10)
  try {
    const { at, topics } = JSON.parse(bytes.toString('utf8', 0, line)) as Omit<Snapshot, 'state'>
    return { at, topics, state: new Uint8Array(bytes.subarray(line + 1)) }
  } catch {
    throw feedUnreadable(path, 'a file that is no snapshot')
  }
}

export async function writeSnapshot(path: string, { state, ...header }: Snapshot): Promise<void> {
  await replaceFile(path, [`${JSON.stringify(header)}\n`, state])
}

export function toFeedLine({ position, event }: FeedEntry): string {
  return `${JSON.stringify({ position, event })}\n`
}

export function feedUnreadable(path: string, got: string): ConfigurationError {
  return new ConfigurationError({
    code: 'feed_unreadable',
    path,
    problem: 'cannot be read in order',
    got,
    fix: 'Restore it from a backup together with the whole data directory: revocations may be missing.',
  })
}

export function feedCut(
  paths: FeedPaths,
  last: Position,
  acknowledged: Position,
): ConfigurationError {
  return new ConfigurationError({
    code: 'feed_cut',
    path: paths.log,
    problem: `has to reach ${acknowledged}, as it once did`,
    got: `a log that ends at ${last}`,
    fix: `Restore the whole data directory. Or accept that revocations are lost, and begin a new history: rm ${paths.end}`,
  })
}
