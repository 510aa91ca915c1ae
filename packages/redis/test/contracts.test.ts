// The contract suites on one real server.
import { feedContract, storeContract } from '@countersign/testing'
import { afterAll } from 'vitest'
import { startRedisServer } from '../../../test/support/redis-servers.ts'
import { redisFeed, redisStore } from '../src/index.ts'
import { onRedis } from './harness.ts'

const server = await startRedisServer()
afterAll(() => server.stop())
const { url } = server

feedContract(
  'Redis',
  onRedis([server], (prefix) => redisFeed({ url, prefix })),
)
storeContract(
  'Redis',
  onRedis([server], (prefix) => redisStore({ url, prefix })),
)
