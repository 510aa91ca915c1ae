// What @countersign/redis exports, by name.
export { type RedisBackendOptions, redisBackend } from './redis-backend.ts'
export { redisFeed } from './redis-feed.ts'
export type { RedisOptions, SentinelOptions } from './redis-options.ts'
export { redisStore } from './redis-store.ts'
