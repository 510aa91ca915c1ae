// The contract suites on a real Cluster of three primaries.
import { feedContract, storeContract } from '@countersign/testing'
import { afterAll, expect, it } from 'vitest'
import { startRedisCluster } from '../../../test/support/redis-servers.ts'
import { redisFeed, redisStore } from '../src/index.ts'
import { keysOf, onRedis } from './harness.ts'

const cluster = await startRedisCluster()
afterAll(() => cluster.stop())
const { addresses, nodes } = cluster

feedContract(
  'Redis Cluster',
  onRedis(nodes, (prefix) => redisFeed({ cluster: addresses, prefix })),
)
storeContract(
  'Redis Cluster',
  onRedis(nodes, (prefix) => redisStore({ cluster: addresses, prefix })),
)

it('spreads the owners of a store over all primaries, each with all that is its own', async () => {
  const store = await redisStore({ cluster: addresses, prefix: 'spread' }).open({ secrets: [] })
  const owners = Array.from({ length: 60 }, (_, n) => `owner-${n}`)
  await Promise.all(
    owners.flatMap((owner) =>
      ['one', 'two'].map((id) => store.write(['kind', owner, id], id, 'absent', 60_000)),
    ),
  )
  for (const node of nodes) {
    const keys = keysOf(node, 'spread')
    expect(keys.length).toBeGreaterThan(0)
    // two entries and their index: never apart
    expect(keys.length % 3).toBe(0)
  }
  await store.close()
})
