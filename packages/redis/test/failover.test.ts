// A primary behind Sentinels is killed: its replica takes over, and all that followed it notice.
import type { FeedEvent } from '@countersign/core'
import { afterAll, expect, it } from 'vitest'
import { startRedisSentinel } from '../../../test/support/redis-servers.ts'
import { redisFeed, redisStore } from '../src/index.ts'
import { followed } from './followed-feed.ts'

const setup = await startRedisSentinel()
afterAll(() => setup.stop())
const options = { sentinel: { name: setup.name, nodes: setup.sentinels } }

function revoke(session: string): FeedEvent {
  const data = { kind: 'session', subject: 'alice', session } as const
  return { id: session, at: Date.now(), by: 'ann', why: 'a test', topic: 'revocation', data }
}

/** What fails meanwhile is tried again, as its caller would. */
async function untilDone<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (tries === 300) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

it('after a failover a new generation begins, with all that was folded; what waits is told, and goes on by itself', async () => {
  const feeds = await Promise.all([1, 2].map(() => redisFeed(options).open({ secrets: [] })))
  const [one, other] = feeds as [(typeof feeds)[0], (typeof feeds)[0]]
  const store = await redisStore(options).open({ secrets: [] })
  expect(one.warnings?.()).toEqual([expect.stringContaining('min-replicas-to-write')])
  const following = feeds.map((feed) => followed(feed))
  await one.append(revoke('before'))
  await Promise.all(
    following.map((each) => each.until((state) => state.isSessionRevoked('alice', 'before'))),
  )
  await store.write(['kind', 'alice', 'id'], 1, 'absent', 60_000)

  const killed = Date.now()
  await setup.primary.kill()
  await expect(one.append(revoke('while it is away'))).rejects.toThrow(/Redis/)
  await expect(store.write(['kind', 'alice', 'other'], 1, 'any', 60_000)).rejects.toThrow(/Redis/)
  await setup.promoted(setup.replica)

  await Promise.all(
    following.map((each) => each.until(({ position }) => position?.startsWith('2:') === true)),
  )
  await untilDone(() => other.append(revoke('after')))
  await Promise.all(
    following.map((each) => each.until((state) => state.isSessionRevoked('alice', 'after'))),
  )
  for (const { state } of following) {
    expect(state.isSessionRevoked('alice', 'before')).toBe(true)
    expect(state.begunAt).toBeGreaterThanOrEqual(killed)
  }
  expect(following[0]?.state.position).toBe(following[1]?.state.position)
  expect(await untilDone(() => store.write(['kind', 'alice', 'next'], 1, 'absent', 60_000))).toBe(
    true,
  )
  await Promise.all(following.map((each) => each.stop()))
  await Promise.all([...feeds, store].map((each) => each.close()))
})
