// What every feed has to do. Run it on a backend of your own: `feedContract('mine', makeHarness)`.
import {
  createState,
  type Feed,
  type FeedBatch,
  type FeedEvent,
  nextPosition,
  type Position,
  readPosition,
} from '@countersign/core'
import { describe, expect, it } from 'vitest'
import { type MakeHarness, onFresh } from './contract-harness.ts'

const HEARTBEAT_MS = 30

export function feedContract(name: string, make: MakeHarness<Feed>): void {
  const fresh = (test: Parameters<typeof onFresh<Feed>>[1]) => () => onFresh(make, test)

  describe(`feed contract: ${name}`, () => {
    it(
      'an append takes the next position',
      fresh(async (feed) => {
        const first = await append(feed, suspend('one'))
        const second = await append(feed, suspend('two'))
        expect(second).toBe(nextPosition(first))
        expect(readPosition(first)[1]).toBe(1)
      }),
    )

    it(
      'without a position it begins with a snapshot and all that was appended, in order',
      fresh(async (feed) => {
        for (const id of ['a', 'b', 'c']) await append(feed, suspend(id))
        const [batch] = await take(feed, undefined, 1)
        expect(batch?.snapshot).toBeInstanceOf(Uint8Array)
        expect(idsOf(batch)).toEqual(['a', 'b', 'c'])
        expect(batch?.position).toBe(batch?.events.at(-1)?.position)
      }),
    )

    it(
      'goes on after a position, without a snapshot, and misses nothing that comes meanwhile',
      fresh(async (feed) => {
        const first = await append(feed, suspend('a'))
        await append(feed, suspend('b'))
        const stop = new AbortController()
        const ids: string[] = []
        for await (const batch of feed.follow(first, HEARTBEAT_MS, stop.signal)) {
          expect(batch.snapshot).toBeUndefined()
          ids.push(...idsOf(batch))
          if (ids.length === 1) await append(feed, suspend('c'))
          if (ids.length === 2) void append(feed, suspend('d'))
          if (ids.length === 3) stop.abort()
        }
        expect(ids).toEqual(['b', 'c', 'd'])
      }),
    )

    it(
      'what comes after the end of another history brings a snapshot, never silence',
      fresh(async (feed) => {
        await append(feed, suspend('a'))
        const [batch] = await take(feed, '1:99', 1)
        expect(batch?.snapshot).toBeInstanceOf(Uint8Array)
        expect(idsOf(batch)).toEqual(['a'])
      }),
    )

    it(
      'heartbeats confirm with a moment before the read',
      fresh(async (feed) => {
        const before = performance.now()
        const batches = await take(feed, undefined, 4)
        const confirmed = batches.map(({ confirmedAt }) => confirmedAt)
        expect(batches.slice(1).every(({ events }) => events.length === 0)).toBe(true)
        expect(confirmed).toEqual([...confirmed].sort((a, b) => a - b))
        expect(confirmed[0]).toBeGreaterThanOrEqual(before)
        expect(confirmed[3]).toBeLessThanOrEqual(performance.now())
        expect((confirmed[3] as number) - (confirmed[0] as number)).toBeLessThan(HEARTBEAT_MS * 40)
      }),
    )

    it(
      'compare-and-set is per topic, and the loser learns who was first',
      fresh(async (feed) => {
        const first = await feed.append(suspend('a'), 'none')
        expect(first.ok).toBe(true)
        await append(feed, revoke('r1'))
        const at = (first as { position: Position }).position
        const second = await feed.append(suspend('b'), at)
        expect(second.ok).toBe(true)
        const last = (second as { position: Position }).position
        expect(await feed.append(suspend('c'), at)).toEqual({ ok: false, last })
        expect(await feed.append(suspend('d'), 'none')).toEqual({ ok: false, last })
        expect(await feed.append(signal('e'), at)).toEqual({ ok: false, last: 'none' })
        const [batch] = await take(feed, undefined, 1)
        expect(idsOf(batch)).toEqual(['a', 'r1', 'b'])
      }),
    )

    it(
      'of 50 parallel appends that expect the same one is kept',
      fresh(async (feed) => {
        const results = await Promise.all(
          Array.from({ length: 50 }, (_, index) => feed.append(suspend(`s${index}`), 'none')),
        )
        expect(results.filter(({ ok }) => ok)).toHaveLength(1)
        const [batch] = await take(feed, undefined, 1)
        expect(batch?.events).toHaveLength(1)
      }),
    )

    it(
      '50 parallel appends get 50 positions, without a gap',
      fresh(async (feed) => {
        const positions = await Promise.all(
          Array.from({ length: 50 }, (_, index) => append(feed, suspend(`s${index}`))),
        )
        const sequences = positions.map((position) => readPosition(position)[1])
        expect(sequences.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, n) => n + 1))
      }),
    )

    it(
      'begins with a snapshot that was kept; a follower from before it goes on without a gap',
      fresh(async (feed) => {
        const behind = createState({ now: Date.now })
        await append(feed, suspend('a'))
        expect(behind.apply(await first(feed)).ok).toBe(true)
        await append(feed, suspend('b'))
        const state = createState({ now: Date.now })
        expect(state.apply(await first(feed)).ok).toBe(true)
        await feed.saveSnapshot(state.position as Position, await state.toSnapshot())
        await append(feed, suspend('c'))
        for (const other of [createState({ now: Date.now }), behind]) {
          expect(other.apply(await first(feed, other.position))).toMatchObject({ ok: true })
          expect(['a', 'b', 'c'].map((id) => other.isSuspended(`rule:${id}`, 0))).toEqual([
            true,
            true,
            true,
          ])
        }
        const [after] = await take(feed, state.position, 1)
        expect(after?.snapshot).toBeUndefined()
        expect(idsOf(after)).toEqual(['c'])
      }),
    )

    it(
      'a gap heals itself: a follower whose events are gone is given the snapshot, also while it follows',
      fresh(async (feed) => {
        const slow = createState({ now: Date.now })
        await append(feed, suspend('a'))
        const stop = new AbortController()
        for await (const batch of feed.follow(undefined, HEARTBEAT_MS, stop.signal)) {
          expect(slow.apply(batch)).toMatchObject({ ok: true })
          if (slow.isSuspended('rule:e', 0)) stop.abort()
          if (slow.isSuspended('rule:b', 0)) continue
          // while this one looks away, two snapshots are kept, and nothing before the first is needed any more
          const quick = createState({ now: Date.now })
          for (const ids of [
            ['b', 'c'],
            ['d', 'e'],
          ]) {
            for (const id of ids) await append(feed, suspend(id))
            expect(quick.apply(await first(feed, quick.position))).toMatchObject({ ok: true })
            await feed.saveSnapshot(quick.position as Position, await quick.toSnapshot())
          }
        }
        const all = ['a', 'b', 'c', 'd', 'e']
        expect(all.filter((id) => slow.isSuspended(`rule:${id}`, 0))).toEqual(all)
      }),
    )

    it(
      'an earlier snapshot does not take the place of a later one',
      fresh(async (feed) => {
        await append(feed, suspend('a'))
        const early = createState({ now: Date.now })
        early.apply(await first(feed))
        await append(feed, suspend('b'))
        const late = createState({ now: Date.now })
        late.apply(await first(feed))
        await feed.saveSnapshot(late.position as Position, await late.toSnapshot())
        await feed.saveSnapshot(early.position as Position, await early.toSnapshot())
        const state = createState({ now: Date.now })
        expect(state.apply(await first(feed))).toMatchObject({ ok: true })
        expect(state.isSuspended('rule:b', 0)).toBe(true)
      }),
    )

    it(
      'a snapshot of what never was is refused',
      fresh(async (feed) => {
        await append(feed, suspend('a'))
        await expect(feed.saveSnapshot('1:9', new Uint8Array([1]))).rejects.toThrow()
      }),
    )

    it(
      'followers each get everything',
      fresh(async (feed) => {
        const both = [takeIds(feed, 3), takeIds(feed, 3)]
        for (const id of ['a', 'b', 'c']) await append(feed, suspend(id))
        expect(await Promise.all(both)).toEqual([
          ['a', 'b', 'c'],
          ['a', 'b', 'c'],
        ])
      }),
    )

    it('two instances: racing writers never fork it, and the loser of a compare-and-set is told', async () => {
      const harness = await make()
      if (!harness.shared) return await harness.dispose()
      const feeds = await Promise.all([harness.open(), harness.open()])
      try {
        const results = await Promise.all(
          Array.from({ length: 40 }, (_, n) => append(feeds[n % 2] as Feed, suspend(`s${n}`))),
        )
        expect(new Set(results).size).toBe(40)
        const [one, other] = await Promise.all(feeds.map((feed) => first(feed)))
        expect(one?.events).toHaveLength(40)
        expect(other?.events).toEqual(one?.events)
        const last = one?.position as Position
        const raced = await Promise.all(
          Array.from({ length: 10 }, (_, n) =>
            (feeds[n % 2] as Feed).append(suspend(`race${n}`), last),
          ),
        )
        const won = raced.filter(({ ok }) => ok)
        expect(won).toHaveLength(1)
        expect(raced.filter(({ ok }) => !ok)).toEqual(
          Array(9).fill({ ok: false, last: (won[0] as { position: Position }).position }),
        )
      } finally {
        await Promise.all(feeds.map((feed) => feed.close()))
        await harness.dispose()
      }
    })

    it('two instances: what one appends the other hears of, in the same order', async () => {
      const harness = await make()
      if (!harness.shared) return await harness.dispose()
      const feeds = await Promise.all([harness.open(), harness.open()])
      try {
        const heard = feeds.map((feed) => takeIds(feed, 6))
        for (let n = 0; n < 6; n++) await append(feeds[n % 2] as Feed, suspend(`s${n}`))
        const due = ['s0', 's1', 's2', 's3', 's4', 's5']
        expect(await Promise.all(heard)).toEqual([due, due])
      } finally {
        await Promise.all(feeds.map((feed) => feed.close()))
        await harness.dispose()
      }
    })

    it('after closing it appends nothing, and following fails', async () => {
      const harness = await make()
      const feed = await harness.open()
      await append(feed, suspend('a'))
      const following = expect(takeIds(feed, 99)).rejects.toThrow()
      await feed.close()
      await following
      await expect(feed.append(suspend('b'))).rejects.toThrow()
      await harness.dispose()
    })

    it(
      'an acknowledged event lies behind its back, and is there after opening again',
      fresh(async (feed, harness) => {
        const first = await append(feed, suspend('a'))
        await append(feed, revoke('seen-behind'))
        if (harness.raw !== undefined) expect(await harness.raw()).toContain('seen-behind')
        if (!harness.lasting) return
        await feed.close()
        const again = await harness.open()
        try {
          const [batch] = await take(again, undefined, 1)
          expect(idsOf(batch)).toEqual(['a', 'seen-behind'])
          const [after] = await take(again, first, 1)
          expect(idsOf(after)).toEqual(['seen-behind'])
          expect(await again.append(suspend('b'), 'none')).toEqual({ ok: false, last: first })
        } finally {
          await again.close()
        }
      }),
    )
  })
}

function suspend(id: string): FeedEvent {
  const data = { kind: 'suspend', target: `rule:${id}` } as const
  return { id, at: 1, by: 'ann', why: 'a test', topic: 'switch', data }
}

function revoke(id: string): FeedEvent {
  const data = { kind: 'session', subject: 's', session: id } as const
  return { id, at: 1, by: 'ann', why: 'a test', topic: 'revocation', data }
}

function signal(id: string): FeedEvent {
  const data = { code: 'c', about: { subject: 's' }, share: 1, until: 9 }
  return { id, at: 1, by: 'ann', why: 'a test', topic: 'signal', data }
}

async function append(feed: Feed, event: FeedEvent): Promise<Position> {
  const result = await feed.append(event)
  if (!result.ok) throw new Error('an append without expectation was refused')
  return result.position
}

function idsOf(batch: FeedBatch | undefined): string[] {
  return batch?.events.map(({ event }) => event.id) ?? []
}

async function take(feed: Feed, from: Position | undefined, count: number): Promise<FeedBatch[]> {
  const stop = new AbortController()
  const batches: FeedBatch[] = []
  for await (const batch of feed.follow(from, HEARTBEAT_MS, stop.signal)) {
    batches.push(batch)
    if (batches.length === count) stop.abort()
  }
  return batches
}

async function first(feed: Feed, from?: Position): Promise<FeedBatch> {
  const [batch] = await take(feed, from, 1)
  if (batch === undefined) throw new Error('the feed gave nothing')
  return batch
}

async function takeIds(feed: Feed, count: number): Promise<string[]> {
  const stop = new AbortController()
  const ids: string[] = []
  for await (const batch of feed.follow(undefined, HEARTBEAT_MS, stop.signal)) {
    ids.push(...idsOf(batch))
    if (ids.length >= count) stop.abort()
  }
  return ids
}
