// A primary is killed, behind Sentinels (without TLS and with it) and in a Cluster: its replica takes over, and all that followed it notice.
import { readFileSync } from 'node:fs'
import type { FeedEvent } from '@countersign/core'
import { afterAll, expect, it } from 'vitest'
import {
  type RedisSentinel,
  startRedisCluster,
  startRedisSentinel,
} from '../../../test/support/redis-servers.ts'
import { type RedisOptions, redisFeed, redisStore } from '../src/index.ts'
import { followed } from './followed-feed.ts'
import { makeCertificate } from './make-certificate.ts'

const certificate = makeCertificate()
const sentinel = await startRedisSentinel()
const withTls = await startRedisSentinel(certificate)
const cluster = await startRedisCluster(1)
afterAll(async () => {
  await Promise.all([sentinel, withTls, cluster].map((setup) => setup.stop()))
  certificate.remove()
})

interface Setup {
  readonly name: string
  readonly options: RedisOptions
  /** What is said at the opening. */
  readonly warnings: readonly unknown[]
  readonly killPrimary: () => Promise<void>
  readonly promoted: () => Promise<void>
}

function behind(name: string, setup: RedisSentinel, options: Partial<RedisOptions>): Setup {
  return {
    name,
    options: { ...options, sentinel: { name: setup.name, nodes: setup.sentinels } },
    warnings: [expect.stringContaining('min-replicas-to-write')],
    killPrimary: () => setup.primary.kill(),
    promoted: () => setup.promoted(),
  }
}

const SETUPS: readonly Setup[] = [
  behind('Sentinels', sentinel, {}),
  behind('Sentinels, over TLS', withTls, { tls: { ca: readFileSync(certificate.cert) } }),
  {
    name: 'a Cluster',
    options: { cluster: cluster.addresses, prefix: 'failover' },
    warnings: [],
    killPrimary: () => cluster.primaryOf('failover').kill(),
    promoted: () =>
      expect.poll(() => cluster.primaryOf('failover'), { timeout: 30_000 }).toBeDefined(),
  },
]

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

it.each(SETUPS)(
  'after a failover of $name a new generation begins, with all that was folded; what waits is told, and goes on by itself',
  async ({ options, warnings, killPrimary, promoted }) => {
    const feeds = await Promise.all([1, 2].map(() => redisFeed(options).open({ secrets: [] })))
    const [one, other] = feeds as [(typeof feeds)[0], (typeof feeds)[0]]
    const store = await redisStore(options).open({ secrets: [] })
    expect(one.warnings?.()).toEqual(warnings)
    const following = feeds.map((feed) => followed(feed))
    await one.append(revoke('before'))
    await Promise.all(
      following.map((each) => each.until((state) => state.isSessionRevoked('alice', 'before'))),
    )
    await store.write(['kind', 'alice', 'id'], 1, 'absent', 60_000)

    const killed = Date.now()
    await killPrimary()
    await expect(one.append(revoke('while it is away'))).rejects.toThrow(/Redis/)
    await expect(store.write(['kind', 'alice', 'other'], 1, 'any', 60_000)).rejects.toThrow(/Redis/)
    await promoted()

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
  },
)
