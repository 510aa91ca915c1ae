// The memory backend with parts that can be made to fail, and a feed that can be held back, as a partition does.

import { memoryBackend } from '../../src/memory/memory-backend.ts'
import type { AuditRecord } from '../../src/ports/audit-log.ts'
import type { BackendSource, CommandHandlers, OpenBackend } from '../../src/ports/backend.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Feed } from '../../src/ports/feed.ts'
import { nextPosition, type Position, readPosition } from '../../src/ports/position.ts'
import type { Store } from '../../src/ports/store.ts'

export interface Faults {
  /** Every call of the store rejects. */
  store: boolean
  /** Every append to the audit log rejects. */
  audit: boolean
  opening: boolean
  /** Called before each write of the store, and before each append to the audit log: a wait can be put there. */
  beforeWrite: ((kind: string) => Promise<void> | void) | undefined
  beforeRecord: (() => Promise<void> | void) | undefined
}

export interface FaultyBackend {
  readonly source: BackendSource
  readonly faults: Faults
  /** From now on no batch comes through; `false`: what was held back comes. */
  hold(held: boolean): void
  /** The server lost its end and began anew with what this instance knew, as after a failover. */
  failOver(): void
  /** Appends past the engine, as another instance does. */
  readonly feed: () => Feed
  readonly store: () => Store
  readonly handlers: () => CommandHandlers | undefined
  readonly opened: () => number
  readonly closed: () => number
  /** All that became durable, the closing included. */
  records(): AuditRecord[]
}

export function faultyBackend(clock: Clock): FaultyBackend {
  const inner = memoryBackend({ clock })
  const faults: Faults = {
    store: false,
    audit: false,
    opening: false,
    beforeWrite: undefined,
    beforeRecord: undefined,
  }
  let gate: Promise<void> | undefined
  let release = () => {}
  let backend: OpenBackend | undefined
  let handlers: CommandHandlers | undefined
  const kept: AuditRecord[] = []
  let opened = 0
  let closed = 0
  let failovers = 0

  function open(): OpenBackend {
    if (backend === undefined) throw new Error('not opened yet')
    return backend
  }

  const source: BackendSource = {
    key: inner.key,
    async open(context) {
      opened += 1
      if (faults.opening) throw new Error('secret detail of the opening')
      const real = await inner.open(context)
      backend = real
      return {
        ...real,
        feed: heldFeed(
          failedOverFeed(real.feed, () => failovers),
          () => gate,
        ),
        store: faultyStore(real.store, faults),
        audit: {
          ...real.audit,
          async append(chain, batch) {
            await faults.beforeRecord?.()
            if (faults.audit) throw new Error('secret detail of the audit log')
            await real.audit.append(chain, batch)
            kept.push(...batch)
          },
        },
        serve: async (given) => {
          handlers = given
        },
        async close() {
          closed += 1
          await real.close()
        },
      }
    },
  }

  return {
    source,
    faults,
    hold(held) {
      if (held) {
        gate = new Promise((resolve) => {
          release = resolve
        })
        return
      }
      gate = undefined
      release()
    },
    failOver() {
      failovers += 1
    },
    feed: () => open().feed,
    store: () => open().store,
    handlers: () => handlers,
    opened: () => opened,
    closed: () => closed,
    records: () => [...kept],
  }
}

function heldFeed(feed: Feed, gate: () => Promise<void> | undefined): Feed {
  return {
    ...feed,
    async *follow(from, heartbeatMs, stop, folded) {
      const stopped = new Promise<void>((resolve) =>
        stop.addEventListener('abort', () => resolve(), { once: true }),
      )
      for await (const batch of feed.follow(from, heartbeatMs, stop, folded)) {
        for (let held = gate(); held !== undefined && !stop.aborted; held = gate())
          await Promise.race([held, stopped])
        yield batch
      }
    },
  }
}

/** Counts on from a new generation after each failover, which is noticed with the next batch. */
function failedOverFeed(feed: Feed, failovers: () => number): Feed {
  return {
    ...feed,
    async *follow(from, heartbeatMs, stop, folded) {
      let noticed = 0
      let offset = 0
      const moved = (position: Position): Position =>
        noticed === 0 ? position : `${1 + noticed}:${readPosition(position)[1] - offset}`
      for await (const { events, position, ...batch } of feed.follow(from, heartbeatMs, stop)) {
        const first = events[0]?.position ?? nextPosition(position)
        const before = readPosition(first)[1] - 1
        const lost = failovers() > noticed ? await folded?.() : undefined
        if (lost !== undefined) {
          noticed = failovers()
          offset = before
        }
        yield {
          ...batch,
          ...(lost === undefined ? {} : { snapshot: lost.state }),
          events: events.map((entry) => ({ ...entry, position: moved(entry.position) })),
          position: moved(position),
        }
      }
    },
  }
}

function faultyStore(store: Store, faults: Faults): Store {
  function assertWorks(): void {
    if (faults.store) throw new Error('secret detail of the store')
  }
  return {
    async read(key) {
      assertWorks()
      return await store.read(key)
    },
    async write(key, value, expect, ttlMs) {
      await faults.beforeWrite?.(key[0])
      assertWorks()
      return await store.write(key, value, expect, ttlMs)
    },
    async addIfBelow(key, add, limit, ttlMs) {
      await faults.beforeWrite?.(key[0])
      assertWorks()
      return await store.addIfBelow(key, add, limit, ttlMs)
    },
    async *list(kind, owner) {
      assertWorks()
      yield* store.list(kind, owner)
    },
    close: () => store.close(),
  }
}
