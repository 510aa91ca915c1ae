import { afterEach, describe, expect, it } from 'vitest'
import { memoryFeed } from '../../src/memory/memory-feed.ts'
import { systemClock } from '../../src/ports/clock.ts'
import type { Feed, FeedBatch } from '../../src/ports/feed.ts'
import type { Position } from '../../src/ports/position.ts'
import { createState } from '../../src/state/create-state.ts'
import type { FeedEvent } from '../../src/state/feed-event.ts'
import { type FeedFollower, type Folded, followFeed } from '../../src/state/follow-feed.ts'
import { createFreshness } from '../../src/state/freshness.ts'
import { activate, batch, event, START } from './sample-feed.ts'

const running: FeedFollower[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((follower) => follower.stop()))
})

function follow(feed: Feed, snapshotEvery?: number) {
  const state = createState({ now: Date.now })
  const freshness = createFreshness(systemClock, 5000)
  const errors: unknown[] = []
  const follower = followFeed({
    feed,
    state,
    freshness,
    heartbeatMs: 20,
    onError: (error) => errors.push(error),
    ...(snapshotEvery === undefined ? {} : { snapshotEvery }),
  })
  running.push(follower)
  return { state, freshness, errors, follower }
}

/** A feed that yields what it is told, once per call of `follow`. */
function scripted(
  ...calls: (FeedBatch[] | Error)[]
): Feed & { readonly from: (Position | undefined)[] } {
  const from: (Position | undefined)[] = []
  return {
    ...memoryFeed(),
    from,
    async *follow(start, _heartbeat, stop) {
      from.push(start)
      const batches = calls.shift() ?? []
      if (batches instanceof Error) throw batches
      for (const one of batches) yield { ...one, confirmedAt: systemClock.monotonic() }
      if (calls.length > 0) return
      await new Promise((resolve) => stop.addEventListener('abort', resolve))
    },
  }
}

/** An event that leaves some 10 kB in the state. */
function big(): FeedEvent {
  const about = { subject: 's'.repeat(10_000) }
  const data = { code: `code-${Math.random()}`, about, share: 1, until: START + 1e9 }
  return event({ topic: 'signal', data })
}

describe('followFeed', () => {
  it('an append is folded, its listeners are told, and then those who wait', async () => {
    const feed = memoryFeed()
    const { state, freshness, follower } = follow(feed)
    await follower.caughtUp()
    expect(freshness.isStale()).toBe(false)
    const told: Folded[] = []
    follower.onFolded((folded) => told.push(folded))
    const appended = await feed.append(activate('a'))
    if (!appended.ok) throw new Error('not appended')
    await follower.waitUntil(appended.position)
    expect(state.active()?.policy.name).toBe('a')
    expect(told).toHaveLength(1)
    expect(told[0]?.events[0]?.position).toBe('1:1')
  })

  it('heartbeats alone keep it fresh', async () => {
    const { freshness, follower } = follow(memoryFeed())
    await follower.caughtUp()
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(freshness.ageMs()).toBeLessThan(140)
  })

  it('goes on where it was after the feed failed', async () => {
    const feed = scripted([batch('1:0', activate('a'))], new Error('the server is away'), [
      batch('1:1', activate('b')),
    ])
    const { state, errors, follower } = follow(feed)
    await follower.waitUntil('1:2')
    expect(state.active()?.policy.name).toBe('b')
    expect(feed.from).toEqual([undefined, '1:1', '1:1'])
    expect(errors.map(String)).toEqual(['Error: the feed ended', 'Error: the server is away'])
  })

  it('is stale when the feed goes back, and until a snapshot brings it as far again', async () => {
    const early = createState({ now: Date.now })
    early.apply(batch('1:0', activate('a')))
    const snapshot = await early.toSnapshot()
    const feed = scripted(
      [batch('1:0', activate('a'), activate('b')), batch('1:1', activate('evil'))],
      [{ ...batch('1:1'), snapshot }],
      [{ ...batch('1:1', activate('b'), activate('c')), snapshot }],
    )
    const { state, freshness, errors, follower } = follow(feed)
    await follower.waitUntil('1:2')
    await expect.poll(() => freshness.isStale(), { interval: 5 }).toBe(true)
    expect(state.active()?.policy.name).toBe('b')
    await follower.waitUntil('1:3')
    expect(freshness.isStale()).toBe(false)
    expect(state.active()?.policy.name).toBe('c')
    expect(feed.from).toEqual([undefined, undefined, undefined])
    expect(errors.map(String)).toEqual([
      expect.stringContaining('went_back'),
      expect.stringContaining('went_back'),
    ])
  })

  it('keeps snapshots, from which another instance begins', async () => {
    const feed = memoryFeed()
    const first = follow(feed, 3)
    for (const name of ['a', 'b', 'c', 'd']) await feed.append(activate(name))
    await first.follower.waitUntil('1:4')
    const second = follow(feed)
    await second.follower.caughtUp()
    expect(second.state.active()).toEqual(first.state.active())
    expect(second.state.activations()).toHaveLength(4)
  })

  it('keeps them less often where they are large', async () => {
    const feed = memoryFeed()
    const saved: Position[] = []
    const counted: Feed = {
      ...feed,
      async saveSnapshot(at, state) {
        await feed.saveSnapshot(at, state)
        saved.push(at)
      },
    }
    const { follower } = follow(counted, 2)
    const append = async () => {
      const appended = await feed.append(big())
      if (!appended.ok) throw new Error('not appended')
      await follower.waitUntil(appended.position)
    }
    await append()
    await append()
    await expect.poll(() => saved, { interval: 5 }).toEqual(['1:2'])
    // a snapshot of some 20 kB is worth nine events: the tenth event is the eighth since
    for (let n = 0; n < 8; n++) await append()
    expect(saved).toEqual(['1:2'])
    for (let n = 0; n < 12; n++) await append()
    await expect.poll(() => saved.length, { interval: 5 }).toBeGreaterThan(1)
  })

  it('a listener that throws is reported and harms nobody', async () => {
    const feed = memoryFeed()
    const { state, errors, follower } = follow(feed)
    follower.onFolded(() => {
      throw new Error('a bad listener')
    })
    await feed.append(activate('a'))
    await follower.waitUntil('1:1')
    expect(state.active()?.policy.name).toBe('a')
    expect(errors.map(String)).toContain('Error: a bad listener')
  })

  it('stopping ends the wait of those who wait', async () => {
    const { follower } = follow(memoryFeed())
    const waiting = expect(follower.waitUntil('1:99')).rejects.toThrow('no longer followed')
    await follower.stop()
    await waiting
    await expect(follower.waitUntil('1:99')).rejects.toThrow('no longer followed')
  })
})
