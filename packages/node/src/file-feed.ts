// The feed in files. What comes after the snapshot is in memory too, and followers read it from there; each heartbeat
// looks whether the log is still the one that we write.
import {
  comparePositions,
  createState,
  type Feed,
  type FeedBatch,
  type FeedEntry,
  firstPosition,
  nextChange,
  type Position,
  readPosition,
} from '@countersign/core'
import type { DataDirectory } from './data-directory.ts'
import { isDiskFull, replaceFile } from './durable-files.ts'
import { type EndFile, endKey, openEndFile, readEnd } from './end-file.ts'
import {
  feedCut,
  feedPaths,
  feedUnreadable,
  readHistory,
  type Snapshot,
  toFeedLine,
  writeSnapshot,
} from './feed-files.ts'
import { createGroupCommit } from './group-commit.ts'
import { openLineLog } from './line-log.ts'
import { type Appending, placeAppends } from './place-appends.ts'
import type { SpaceReserve } from './space-reserve.ts'

export interface OpenedFeed {
  readonly feed: Feed
  warnings(): readonly string[]
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
  const paths = feedPaths(dir)
  const warnings: string[] = []
  const found = await readEnd<Position>(paths.end, 'feed', [END_KEY])
  const acknowledged = found.is === 'verified' ? found.end : undefined
  const history = await readHistory(paths, acknowledged)
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
  /** Why the last look found that nothing can be confirmed; cleared by the next that finds all well. */
  let trouble: unknown
  const commits = createGroupCommit<Appending | (() => Promise<void>)>(commit)

  /** Compares what is there with what was acknowledged. */
  async function checkEnd(): Promise<EndFile<Position>> {
    const file = await openEndFile<Position>(paths.end, 'feed', END_KEY)
    if (acknowledged !== undefined) {
      if (comparePositions(last, acknowledged) < 0) {
        await file.close()
        throw feedCut(paths, last, acknowledged)
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
    if (!applied.ok) throw feedUnreadable(paths.log, applied.text)
    const at = firstPosition(readPosition(last)[0] + 1)
    await keep({ at, topics: [], state: await state.toLastSnapshot() })
    last = at
  }

  async function keep(next: Snapshot): Promise<void> {
    await writeSnapshot(paths.snapshot, next)
    const rest = entries.filter(({ position }) => comparePositions(position, next.at) > 0)
    const old = log
    rewrites += 1
    try {
      await replaceFile(paths.log, rest.map(toFeedLine))
      log = (await openLineLog(paths.log)).log
    } finally {
      rewrites += 1
    }
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
    const placed = placeAppends(group, last, topics)
    const added = placed.flatMap(({ entry }) => entry ?? [])
    try {
      if (added.length > 0) await write(added)
    } catch (error) {
      for (const { reject } of group) reject(error)
      return
    }
    // one that came too late is told so now: the one that was first might have failed
    for (const { appending, result } of placed) appending.resolve(result)
    if (added.length > 0) for (const wake of wakers) wake()
  }

  async function write(added: readonly FeedEntry[]): Promise<void> {
    const lines = added.map(toFeedLine).join('')
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

  async function look(): Promise<void> {
    try {
      await assertIntact()
      trouble = undefined
    } catch (error) {
      trouble = error
      throw error
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
        await look()
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

  return {
    feed,
    warnings() {
      const reason = failed ?? trouble
      if (reason === undefined) return warnings
      const text = reason instanceof Error ? reason.message : String(reason)
      return [...warnings, `the feed cannot be followed: ${text}`]
    },
  }
}
