// The feed's steps as Lua, each atomic on one server. One hash tells where the history stands, a stream holds the events
// (`<generation>-<sequence>` as id), and one more hash the snapshot that they come after. All lie in one slot.
import { createScript, type Script } from './open-connection.ts'

/** In this order the keys of every script. */
export interface FeedKeys {
  readonly meta: string
  readonly events: string
  readonly snapshot: string
}

export function feedKeys(prefix: string): FeedKeys {
  const shard = `${prefix}:feed:{${prefix}}`
  return { meta: `${shard}:meta`, events: `${shard}:events`, snapshot: `${shard}:snapshot` }
}

// The process that answers. Where a server does not tell, all its answers are of the same one.
const RUN = `
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)') or '-'
`

// A write that changes nothing, and needs no memory: a demoted primary refuses it (READONLY), one that is cut off from
// its replicas (min-replicas-to-write), one that cannot write to its disk. What cannot be written confirms nothing.
const PROVE = `
redis.call('HDEL', KEYS[1], 'proof')
`

/** ARGV: id of the entry that was read last, or ''. Answers with run, meta, the snapshot's position, and that entry with all after it. */
export const LOOK: Script = createScript(`${RUN}${PROVE}
local entries = {}
if ARGV[1] ~= '' then entries = redis.call('XRANGE', KEYS[2], ARGV[1], '+') end
return { run, redis.call('HGETALL', KEYS[1]), redis.call('HGET', KEYS[3], 'at'), entries }
`)

/** Answers with run, meta, the snapshot's position and bytes, and all entries after it. */
export const LOAD: Script = createScript(`${RUN}${PROVE}
local snapshot = redis.call('HMGET', KEYS[3], 'at', 'state')
local after = '-'
local generation = redis.call('HGET', KEYS[1], 'generation')
local g, s = string.match(snapshot[1] or '', '(%d+):(%d+)')
if g and g == generation then after = '(' .. g .. '-' .. s end
return { run, redis.call('HGETALL', KEYS[1]), snapshot[1], snapshot[2], redis.call('XRANGE', KEYS[2], after, '+') }
`)

/**
 * ARGV: birth and sequence that the writer knows, or '' and 0; topic; expected position, 'none', or ''; id, event.
 * Appends nothing to a history that the writer knows more of, or that a server began to answer for which nobody has
 * looked at yet: 'unsettled'.
 */
export const APPEND: Script = createScript(`${RUN}
local meta = redis.call('HMGET', KEYS[1], 'birth', 'generation', 'sequence', 'runs', 'topic:' .. ARGV[3])
if not meta[1] or not string.find(meta[4], run, 1, true) then return { 'unsettled' } end
if ARGV[1] ~= '' and (ARGV[1] ~= meta[1] or tonumber(meta[3]) < tonumber(ARGV[2])) then return { 'unsettled' } end
local last = meta[5] or 'none'
if ARGV[4] ~= '' and ARGV[4] ~= last then return { 'conflict', last } end
local sequence = tonumber(meta[3]) + 1
local id = meta[2] .. '-' .. string.format('%.0f', sequence)
redis.call('XADD', KEYS[2], id, 'id', ARGV[5], 'event', ARGV[6])
local position = meta[2] .. ':' .. string.format('%.0f', sequence)
redis.call('HSET', KEYS[1], 'sequence', string.format('%.0f', sequence), 'topic:' .. ARGV[3], position)
return { 'ok', position }
`)

/**
 * ARGV: birth, generation, sequence, bytes. Keeps the snapshot, and the events since the one before it: a reader that is
 * a little behind needs neither. Answers 'beyond' where the history does not reach so far.
 */
export const SAVE: Script = createScript(`
local meta = redis.call('HMGET', KEYS[1], 'birth', 'generation', 'sequence')
local generation = tonumber(meta[2] or 0)
if tonumber(ARGV[2]) < generation then return 'earlier' end
if tonumber(ARGV[2]) > generation or tonumber(ARGV[3]) > tonumber(meta[3]) then return 'beyond' end
if ARGV[1] ~= '' and ARGV[1] ~= meta[1] then return 'earlier' end
local before = redis.call('HGET', KEYS[3], 'at')
local g, s = string.match(before or '', '(%d+):(%d+)')
if g == meta[2] then
  if tonumber(s) >= tonumber(ARGV[3]) then return 'earlier' end
  redis.call('XTRIM', KEYS[2], 'MINID', g .. '-' .. string.format('%.0f', tonumber(s) + 1))
end
redis.call('HSET', KEYS[3], 'at', ARGV[2] .. ':' .. ARGV[3], 'state', ARGV[4])
return 'ok'
`)

/**
 * Begins a generation, if all is still as the caller saw it. ARGV: birth, sequence and runs that were seen ('' each where
 * there is no history); new birth, generation, runs; ends as JSON; position and bytes of the snapshot or '' each; how many
 * topics, name and position of each; id, topic and event of each entry that is carried over.
 */
export const BEGIN: Script = createScript(`
local seen = redis.call('HMGET', KEYS[1], 'birth', 'sequence', 'runs')
for i = 1, 3 do
  if (seen[i] or '') ~= ARGV[i] then return 'changed' end
end
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])
local generation = ARGV[5]
if ARGV[8] ~= '' then redis.call('HSET', KEYS[3], 'at', ARGV[8], 'state', ARGV[9]) end
local next = 11 + 2 * tonumber(ARGV[10])
for i = 11, next - 1, 2 do
  redis.call('HSET', KEYS[1], 'topic:' .. ARGV[i], ARGV[i + 1])
end
local sequence = 0
for i = next, #ARGV, 3 do
  sequence = sequence + 1
  redis.call('XADD', KEYS[2], generation .. '-' .. sequence, 'id', ARGV[i], 'event', ARGV[i + 2])
  redis.call('HSET', KEYS[1], 'topic:' .. ARGV[i + 1], generation .. ':' .. sequence)
end
redis.call('HSET', KEYS[1], 'birth', ARGV[4], 'generation', generation, 'sequence', sequence, 'runs', ARGV[6], 'ends', ARGV[7])
return 'ok'
`)

/** ARGV: birth and runs that were seen; runs as they are. The history is whole: only who answers for it has changed. */
export const ADOPT: Script = createScript(`
local seen = redis.call('HMGET', KEYS[1], 'birth', 'runs')
if seen[1] ~= ARGV[1] or seen[2] ~= ARGV[2] then return 'changed' end
redis.call('HSET', KEYS[1], 'runs', ARGV[3])
return 'ok'
`)
