// The store's operations as Lua: each is one atomic step on one server. An entry is a hash with its value as JSON and its
// version; an index per kind and owner names the ids with the end of each, and lies in the same slot by its hash tag.
import { createScript, type Script } from './open-connection.ts'

// Keeps the index: it forgets what is over, and ends with the last of its entries.
const PUT = `
local function put(value, version, ttl, id)
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('HSET', KEYS[1], 'value', value, 'version', version)
  if ttl == '' then
    redis.call('PERSIST', KEYS[1])
    redis.call('ZADD', KEYS[2], 'inf', id)
  else
    redis.call('PEXPIRE', KEYS[1], ttl)
    redis.call('ZADD', KEYS[2], now + tonumber(ttl), id)
  end
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
  local last = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')
  if last[2] == 'inf' then
    redis.call('PERSIST', KEYS[2])
  elseif last[2] then
    redis.call('PEXPIREAT', KEYS[2], string.format('%.0f', tonumber(last[2])))
  end
end
`

/** KEYS: entry. */
export const READ: Script = createScript(`
return redis.call('HMGET', KEYS[1], 'value', 'version')
`)

/** KEYS: entry, index. ARGV: id, expected version or `absent` or `any`, then value, new version, ms to live or ''. */
export const WRITE: Script = createScript(`${PUT}
local version = redis.call('HGET', KEYS[1], 'version')
if ARGV[2] == 'absent' then
  if version then return 0 end
elseif ARGV[2] ~= 'any' and ARGV[2] ~= version then
  return 0
end
put(ARGV[3], ARGV[4], ARGV[5], ARGV[1])
return 1
`)

/** KEYS: entry, index. ARGV: id, expected version or `absent` or `any`. */
export const DELETE: Script = createScript(`
local version = redis.call('HGET', KEYS[1], 'version')
if ARGV[2] == 'absent' then
  if version then return 0 end
elseif ARGV[2] ~= 'any' and ARGV[2] ~= version then
  return 0
end
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return 1
`)

/**
 * KEYS: entry, index. ARGV: id, new version, ms to live, then name, amount and limit of each counter. Numbers are kept with
 * 17 digits, which is all of a double: cjson would write 14.
 */
export const ADD: Script = createScript(`${PUT}
local text = redis.call('HGET', KEYS[1], 'value')
local totals = text and cjson.decode(text)
if type(totals) ~= 'table' then totals = {} end
for i = 4, #ARGV, 3 do
  local total = (tonumber(totals[ARGV[i]]) or 0) + tonumber(ARGV[i + 1])
  if not (total <= tonumber(ARGV[i + 2])) then return { 0, text or '{}' } end
  totals[ARGV[i]] = total
end
local parts = {}
for name, total in pairs(totals) do
  parts[#parts + 1] = cjson.encode(name) .. ':' .. string.format('%.17g', total)
end
local value = '{' .. table.concat(parts, ',') .. '}'
local left = text and redis.call('PTTL', KEYS[1]) or -2
local ttl = ARGV[3]
if left == -1 then ttl = '' elseif left >= 0 then ttl = tostring(math.max(1, left)) end
put(value, ARGV[2], ttl, ARGV[1])
return { 1, value }
`)

/** KEYS: index. ARGV: cursor. */
export const SCAN: Script = createScript(`
return redis.call('ZSCAN', KEYS[1], ARGV[1], 'COUNT', 200)
`)
