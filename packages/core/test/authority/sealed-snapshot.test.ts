// Snapshots on a shared backend: what an instance of this deployment wrote is taken, and nothing else. Else whoever may
// write to the server could put a state in the place of all signed events (law 12).
import { afterEach, describe, expect, it } from 'vitest'
import { createEventAuthority } from '../../src/authority/create-event-authority.ts'
import { memoryFeed } from '../../src/memory/memory-feed.ts'
import { systemClock } from '../../src/ports/clock.ts'
import type { Feed, FeedBatch } from '../../src/ports/feed.ts'
import type { Position } from '../../src/ports/position.ts'
import { createState } from '../../src/state/create-state.ts'
import type { FeedEvent } from '../../src/state/feed-event.ts'
import { type FeedFollower, followFeed } from '../../src/state/follow-feed.ts'
import { createFreshness } from '../../src/state/freshness.ts'
import { activate, batch } from '../state/sample-feed.ts'
import { type KeyPair, makeKeys } from '../support/shared-backend.ts'

const SECRET = 'a secret of this deployment, long enough to be one'
const running: FeedFollower[] = []
afterEach(() => Promise.all(running.splice(0).map((follower) => follower.stop())))

async function follow(feed: Feed, { listed }: KeyPair, secrets: readonly string[] = [SECRET]) {
  const authority = await createEventAuthority({ keys: [listed], secrets, scope: 'shop' })
  const state = createState({ now: Date.now, authority })
  const errors: unknown[] = []
  const follower = followFeed({
    ...{ feed, state, authority, freshness: createFreshness(systemClock, 5000), heartbeatMs: 20 },
    snapshotEvery: 2,
    onError: (error) => errors.push(error),
  })
  running.push(follower)
  const append = async (name: string, key = operatorKey(listed)) => {
    const event = { ...activate(name), replaces: state.active()?.position ?? 'none' } as FeedEvent
    const result = await feed.append(await authority.sign(event, key))
    if (result.ok) await follower.waitUntil(result.position)
  }
  return { state, authority, errors, follower, append }
}

const privateOf = new Map<unknown, KeyPair['key']>()
function operatorKey(listed: unknown): KeyPair['key'] {
  const key = privateOf.get(listed)
  if (key === undefined) throw new Error('no such key')
  return key
}
async function keys(): Promise<KeyPair> {
  const pair = await makeKeys()
  privateOf.set(pair.listed, pair.key)
  return pair
}

/** The log as it is, and in the place of its snapshot another. */
function withSnapshot(feed: Feed, snapshot: (real: Uint8Array | undefined) => Uint8Array): Feed {
  return {
    ...feed,
    async *follow(from, heartbeatMs, stop) {
      for await (const one of feed.follow(from, heartbeatMs, stop))
        yield one.snapshot === undefined ? one : { ...one, snapshot: snapshot(one.snapshot) }
    },
  }
}

describe('a snapshot on a shared backend', () => {
  it('of one instance is where the next begins', async () => {
    const pair = await keys()
    const feed = memoryFeed()
    const one = await follow(feed, pair)
    for (const name of ['a', 'b', 'c']) await one.append(name)
    const other = await follow(feed, pair)
    await other.follower.caughtUp()
    expect(other.state.active()?.policy.name).toBe('c')
    expect(other.state.activations()).toHaveLength(3)
    expect(other.errors).toEqual([])
  })

  it.each([
    { name: 'changed in one byte', forge: flip },
    { name: 'without seal', forge: () => new TextEncoder().encode('{"countersignState":1}') },
    { name: 'cut', forge: (real: Uint8Array) => real.slice(0, 40) },
  ])('that was $name is refused, and nothing of it is folded', async ({ forge }) => {
    const pair = await keys()
    const feed = memoryFeed()
    const one = await follow(feed, pair)
    for (const name of ['a', 'b']) await one.append(name)
    const other = await follow(
      withSnapshot(feed, (real) => forge(real ?? new Uint8Array())),
      pair,
    )
    await expect.poll(() => other.errors.map(String).join()).toContain('SnapshotRefused')
    expect(other.state.position).toBeUndefined()
  })

  it('of another secret is refused, and of one that is still listed taken', async () => {
    const pair = await keys()
    const feed = memoryFeed()
    const one = await follow(feed, pair)
    for (const name of ['a', 'b']) await one.append(name)
    const foreign = await follow(feed, pair, ['the secret of another deployment, long enough'])
    await expect.poll(() => foreign.errors.length).toBeGreaterThan(0)
    expect(foreign.state.position).toBeUndefined()
    const rotated = await follow(feed, pair, ['the next secret of this deployment, long', SECRET])
    await rotated.follower.caughtUp()
    expect(rotated.state.active()?.policy.name).toBe('b')
  })

  it('that is refused is done without where the log still has every event', async () => {
    const pair = await keys()
    const whole = memoryFeed()
    const one = await follow({ ...whole, saveSnapshot: async () => {} }, pair)
    for (const name of ['a', 'b', 'c']) await one.append(name)
    const from: (Position | undefined)[] = []
    const forging: Feed = {
      ...whole,
      follow(start, heartbeatMs, stop) {
        from.push(start)
        if (start !== undefined) return whole.follow(start, heartbeatMs, stop)
        const forged: FeedBatch = { ...batch('1:3'), snapshot: new Uint8Array([1, 2, 3]) }
        return (async function* () {
          yield forged
        })()
      },
    }
    const other = await follow(forging, pair)
    await other.follower.waitUntil('1:3')
    expect(other.state.active()?.policy.name).toBe('c')
    expect(from.slice(0, 2)).toEqual([undefined, '1:0'])
  })
})

function flip(real: Uint8Array): Uint8Array {
  const forged = real.slice()
  const last = forged.length - 1
  forged[last] = (forged[last] ?? 0) ^ 1
  return forged
}
