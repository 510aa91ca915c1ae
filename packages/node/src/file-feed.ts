// The feed in files: `log.ndjson` (an event a line), `snapshot`, and where the log ends, kept apart. What is after the
// snapshot is in memory too, so that followers read from there; each heartbeat looks whether the file is still ours.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type AppendResult,
  ConfigurationError,
  comparePositions,
  createState,
  type Feed,
  type FeedBatch,
  type FeedEntry,
  type FeedEvent,
  firstPosition,
  nextChange,
  nextPosition,
  type Position,
  readPosition,
} from '@countersign/core'
import type { DataDirectory } from './data-directory.ts'
import { codeOf, isDiskFull, replaceFile } from './durable-files.ts'
import { type EndFile, endKey, openEndFile, readEnd } from './end-file.ts'
import { createGroupCommit } from './group-commit.ts'
import { openLineLog } from './line-log.ts'
import { readLines } from './read-lines.ts'
import type { SpaceReserve } from './space-reserve.ts'

export interface OpenedFeed {
  readonly feed: Feed
  readonly warnings: readonly string[]
}

interface Snapshot {
  readonly at: Position
  /** The last position of each topic at that time, for compare-and-set. */
  readonly topics: readonly (readonly [string, Position])[]
  readonly state: Uint8Array
}

interface History {
  readonly snapshot: Snapshot
  /** Those after the snapshot. */
  readonly entries: readonly FeedEntry[]
}

interface Appending {
  readonly event: FeedEvent
  readonly expect: Position | 'none' | undefined
  readonly resolve: (result: AppendResult) => void
  readonly reject: (error: unknown) => void
}

// whoever may write here may command the app: this keeps a torn slot from being read, and hides nothing from anybody
const END_KEY = endKey('')

export interface FileFeedOptions {
  readonly reserve: SpaceReserve
  /** Throws where another process may hold the directory: nothing is then appended or confirmed. */
  readonly assertHeld: () => Promise<void>
}

export async function openFileFeed(
  dir: DataDirectory,
  { reserve, assertHeld }: FileFeedOptions,
): Promise<OpenedFeed> {
  const paths = {
    log: join(dir.feed, 'log.ndjson'),
    snapshot: join(dir.feed, 'snapshot'),
    end: join(dir.ends, 'feed'),
  }
  const warnings: string[] = []
  const history = await readHistory(paths)
  let { snapshot } = history
  let entries = [...history.entries]
  let last = entries.at(-1)?.position ?? snapshot.at
  let { log } = await openLineLog(paths.log)
  /** Counts how often the log was written anew: a file that changed under a look at it is no alarm then. */
  let rewrites = 0
  const end = await checkEnd().catch(async (error) => {
    await log.close()
    throw error
  })
  const topics = new Map<string, Position>(snapshot.topics)
  for (const { position, event } of entries) topics.set(event.topic, position)
  const wakers = new Set<() => void>()
  let closed = false
  let failed: unknown
  const commits = createGroupCommit<Appending | (() => Promise<void>)>(commit)

  /** Compares what is there with what was acknowledged. */
  async function checkEnd(): Promise<EndFile<Position>> {
    const found = await readEnd<Position>(paths.end, 'feed', [END_KEY])
    const file = await openEndFile<Position>(paths.end, 'feed', END_KEY)
    if (found.is === 'verified') {
      const acknowledged = found.end
      if (comparePositions(last, acknowledged) < 0) {
        await file.close()
        throw tailIsGone(paths, last, acknowledged)
      }
    } else if (last !== firstPosition(1)) {
      const before = last
      await beginGeneration()
      warnings.push(
        `the feed's end was not recorded: a new history begins after ${before}, what is not in it has ended`,
      )
    }
    await file.write(last)
    await file.sync()
    return file
  }

  async function beginGeneration(): Promise<void> {
    const state = createState({ now: Date.now })
    const applied = state.apply({
      snapshot: snapshot.state,
      events: entries,
      position: last,
      confirmedAt: 0,
    })
    if (!applied.ok) throw unreadable(paths.log, applied.text)
    const at = firstPosition(readPosition(last)[0] + 1)
    await keep({ at, topics: [], state: state.toSnapshot() })
    last = at
  }

  async function keep(next: Snapshot): Promise<void> {
    await writeSnapshot(paths.snapshot, next)
    const rest = entries.filter(({ position }) => comparePositions(position, next.at) > 0)
    rewrites += 1
    const old = log
    await replaceFile(paths.log, rest.map(toLine))
    log = (await openLineLog(paths.log)).log
    rewrites += 1
    snapshot = next
    entries = rest
    await old.close()
  }

  async function commit(group: readonly (Appending | (() => Promise<void>))[]): Promise<void> {
    const appends: Appending[] = []
    for (const item of group) {
      if (typeof item !== 'function') appends.push(item)
    }
    if (appends.length > 0) await commitAppends(appends)
    for (const item of group) if (typeof item === 'function') await item()
  }

  async function commitAppends(group: readonly Appending[]): Promise<void> {
    const taken: { entry: FeedEntry; appending: Appending }[] = []
    const tentative = new Map<string, Position>()
    let at = last
    for (const appending of group) {
      const { event, expect } = appending
      const topicLast = tentative.get(event.topic) ?? topics.get(event.topic) ?? 'none'
      if (expect !== undefined && expect !== topicLast) {
        // the one that was first is in this group and may yet fail: the answer waits for it
        taken.push({
          entry: { position: at, event },
          appending: { ...appending, expect: topicLast },
        })
        continue
      }
      at = nextPosition(at)
      tentative.set(event.topic, at)
      taken.push({ entry: { position: at, event }, appending: { ...appending, expect: undefined } })
    }
    const written = taken.filter(({ appending }) => appending.expect === undefined)
    try {
      if (written.length > 0) await write(written.map(({ entry }) => entry))
    } catch (error) {
      for (const { reject } of group) reject(error)
      return
    }
    for (const { entry, appending } of taken) {
      const { expect } = appending
      if (expect === undefined) appending.resolve({ ok: true, position: entry.position })
      else appending.resolve({ ok: false, last: expect })
    }
    if (written.length > 0) for (const wake of wakers) wake()
  }

  async function write(added: readonly FeedEntry[]): Promise<void> {
    const lines = added.map(toLine).join('')
    await assertHeld()
    await log.assertIntact().catch((error) => {
      failed = error
      throw error
    })
    try {
      await log.append(lines)
    } catch (error) {
      if (!isDiskFull(error) || !reserve.held) throw error
      await reserve.release()
      await log.append(lines)
    }
    entries.push(...added)
    for (const { position, event } of added) topics.set(event.topic, position)
    last = added.at(-1)?.position ?? last
    await end.write(last)
    await end.sync()
  }

  function assertOpen(): void {
    if (closed) throw new Error('the feed is closed')
    if (failed !== undefined) throw failed
  }

  async function assertIntact(): Promise<void> {
    await assertHeld()
    for (;;) {
      const before = rewrites
      try {
        return await log.assertIntact()
      } catch (error) {
        if (before === rewrites && before % 2 === 0) throw error
        await commits.settled()
      }
    }
  }

  function batchAfter(from: Position | undefined, confirmedAt: number): FeedBatch {
    const start = snapshot.at
    const known = from !== undefined && readPosition(from)[0] === readPosition(start)[0]
    if (!known || comparePositions(from, start) < 0 || comparePositions(from, last) > 0) {
      return { snapshot: snapshot.state, events: [...entries], position: last, confirmedAt }
    }
    const skip = readPosition(from)[1] - readPosition(start)[1]
    return { events: entries.slice(skip), position: last, confirmedAt }
  }

  const feed: Feed = {
    async append(event, expect) {
      assertOpen()
      const copy = structuredClone(event)
      return new Promise((resolve, reject) => {
        commits.add({ event: copy, expect, resolve, reject })
      })
    },
    async *follow(from, heartbeatMs, stop) {
      let at = from
      while (!stop.aborted) {
        assertOpen()
        const confirmedAt = performance.now()
        await assertIntact()
        const batch = batchAfter(at, confirmedAt)
        at = batch.position
        yield batch
        if (at === last && !closed) await nextChange(wakers, heartbeatMs, stop)
      }
    },
    async saveSnapshot(at, state) {
      assertOpen()
      if (!(comparePositions(at, last) <= 0)) {
        throw new Error(`a snapshot of ${at} after the end, ${last}`)
      }
      await new Promise<void>((resolve, reject) => {
        commits.add(async () => {
          if (comparePositions(at, snapshot.at) <= 0) return resolve()
          await keep({ at, topics: topicsAt(at), state: state.slice() }).then(resolve, reject)
        })
      })
    },
    async close() {
      if (closed) return
      closed = true
      for (const wake of wakers) wake()
      await commits.settled()
      await Promise.all([log.close(), end.close()])
    },
  }

  function topicsAt(at: Position): [string, Position][] {
    const then = new Map(snapshot.topics)
    for (const { position, event } of entries) {
      if (comparePositions(position, at) <= 0) then.set(event.topic, position)
    }
    return [...then]
  }

  return { feed, warnings }
}

async function readHistory(paths: { log: string; snapshot: string }): Promise<History> {
  const snapshot = (await readSnapshot(paths.snapshot)) ?? {
    at: firstPosition(1),
    topics: [],
    state: new Uint8Array(),
  }
  const entries: FeedEntry[] = []
  let at: Position = snapshot.at
  for await (const { text } of readLines(paths.log)) {
    const entry = parseEntry(paths.log, text)
    // a crash between the snapshot and the shorter log leaves lines that the snapshot holds already
    if (comparePositions(entry.position, snapshot.at) <= 0) continue
    if (entry.position !== nextPosition(at)) {
      throw unreadable(paths.log, `${entry.position} comes after ${at}`)
    }
    entries.push(entry)
    at = entry.position
  }
  return { snapshot, entries }
}

function parseEntry(path: string, text: string): FeedEntry {
  try {
    const entry = JSON.parse(text) as FeedEntry
    if (Number.isInteger(readPosition(entry.position)[1]) && typeof entry.event === 'object')
      return entry
  } catch {
    // told below
  }
  throw unreadable(path, `a line that is no event: ${JSON.stringify(text.slice(0, 60))}`)
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
    throw unreadable(path, 'a file that is no snapshot')
  }
}

async function writeSnapshot(path: string, { state, ...header }: Snapshot): Promise<void> {
  await replaceFile(path, [`${JSON.stringify(header)}\n`, state])
}

function toLine({ position, event }: FeedEntry): string {
  return `${JSON.stringify({ position, event })}\n`
}

function unreadable(path: string, got: string): ConfigurationError {
  return new ConfigurationError({
    code: 'feed_unreadable',
    path,
    problem: 'cannot be read in order',
    got,
    fix: 'Restore it from a backup together with the whole data directory: revocations may be missing.',
  })
}

function tailIsGone(
  paths: { log: string; end: string },
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
