// What redisBackend, redisFeed and redisStore take, read once: where the servers are, how to reach them, under which prefix.
import type { ConnectionOptions } from 'node:tls'
import { ConfigurationError, describeValue, didYouMean } from '@countersign/core'

/** Exactly one of `url`, `sentinel` and `cluster` says where. An option may be `undefined`. */
export interface RedisOptions {
  /** One server: `redis://user:password@host:6379`, with TLS `rediss://…`. */
  readonly url?: string | undefined
  /** A primary that Sentinels watch over. */
  readonly sentinel?: SentinelOptions | undefined
  /** Some nodes of a Cluster, as `host:port`; the others are learned from them. */
  readonly cluster?: readonly string[] | undefined
  /** Of the servers, where the URL does not name them. */
  readonly username?: string | undefined
  readonly password?: string | undefined
  /** `true`, or what Node's `tls.connect` takes: `ca`, `cert`, `key`, `servername`, … */
  readonly tls?: boolean | ConnectionOptions | undefined
  /** All keys begin with it. Two apps on one server need two. @default 'countersign' */
  readonly prefix?: string | undefined
}

export interface SentinelOptions {
  /** The name of the primary in the configuration of the Sentinels. */
  readonly name: string
  /** The Sentinels, as `host:port`. */
  readonly nodes: readonly string[]
  /** Of the Sentinels themselves, where they ask for one. */
  readonly username?: string | undefined
  readonly password?: string | undefined
}

export interface Address {
  readonly host: string
  readonly port: number
}

export type Target =
  | { readonly is: 'server'; readonly url: string }
  | { readonly is: 'sentinel'; readonly nodes: readonly Address[]; readonly name: string }
  | { readonly is: 'cluster'; readonly nodes: readonly Address[] }

export interface ParsedRedisOptions {
  readonly target: Target
  readonly credentials: { readonly username?: string; readonly password?: string }
  readonly sentinelCredentials: { readonly username?: string; readonly password?: string }
  readonly tls: ConnectionOptions | undefined
  readonly prefix: string
  /** What it is, without credentials: two sources with the same one are the same. */
  readonly key: string
}

const DEFAULT_PREFIX = 'countersign'

const NAMES = ['url', 'sentinel', 'cluster', 'username', 'password', 'tls', 'prefix'] as const

/** @throws ConfigurationError */
export function parseRedisOptions(
  options: RedisOptions,
  caller: string,
  others: readonly string[] = [],
): ParsedRedisOptions {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw wrong(
      caller,
      'must be an object',
      options,
      `Write ${caller}({ url: 'redis://localhost' }).`,
    )
  for (const name of Object.keys(options)) {
    const known = [...NAMES, ...others]
    if (known.includes(name)) continue
    const meant = didYouMean(name, known)
    throw new ConfigurationError({
      code: 'option_unknown',
      path: name,
      problem: `is no option of ${caller}`,
      got: 'it',
      fix: `${meant === undefined ? '' : `Did you mean ${meant}? `}Leave it out, or write one of ${known.join(', ')}.`,
    })
  }
  const target = readTarget(options, caller)
  const prefix = readPrefix(options.prefix)
  return Object.freeze({
    target,
    credentials: readCredentials(options),
    sentinelCredentials: readCredentials(options.sentinel ?? {}),
    tls: readTls(options.tls),
    prefix,
    key: `redis:${describeTarget(target)}:${prefix}`,
  })
}

function readTarget(options: RedisOptions, caller: string): Target {
  const { url, sentinel, cluster } = options
  const given = [url, sentinel, cluster].filter((one) => one !== undefined)
  if (given.length !== 1)
    throw new ConfigurationError({
      code: 'redis_target_malformed',
      path: caller,
      problem: 'takes exactly one of url, sentinel and cluster',
      got: given.length === 0 ? 'none' : `${given.length} of them`,
      fix: `Write ${caller}({ url: 'redis://localhost:6379' }).`,
    })
  if (url !== undefined) return { is: 'server', url: readUrl(url) }
  if (sentinel === undefined) return { is: 'cluster', nodes: readNodes('cluster', cluster, 6379) }
  if (typeof sentinel !== 'object' || sentinel === null || typeof sentinel.name !== 'string')
    throw wrong(
      'sentinel',
      'must have the name of the primary',
      (sentinel as SentinelOptions | null)?.name,
      "Write sentinel: { name: 'mymaster', nodes: ['10.0.0.1:26379'] }.",
    )
  return {
    is: 'sentinel',
    name: sentinel.name,
    nodes: readNodes('sentinel.nodes', sentinel.nodes, 26379),
  }
}

function readUrl(url: unknown): string {
  const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined
  if (parsed !== undefined && /^rediss?:$/.test(parsed.protocol) && parsed.hostname !== '')
    return parsed.href
  throw new ConfigurationError({
    code: 'redis_url_malformed',
    path: 'url',
    problem: 'must be a URL of the scheme redis or rediss',
    // never the text itself: a password may be in it
    got: typeof url === 'string' ? `a text of ${url.length} characters` : describeValue(url),
    fix: "Write url: 'redis://localhost:6379', or 'rediss://' with TLS.",
  })
}

function readNodes(path: string, nodes: unknown, port: number): readonly Address[] {
  const addresses = Array.isArray(nodes) ? nodes.map((node) => readAddress(node, port)) : []
  if (addresses.length > 0 && addresses.every((one) => one !== undefined)) return addresses
  throw new ConfigurationError({
    code: 'redis_nodes_malformed',
    path,
    problem: 'must be a list of at least one host:port',
    got: describeValue(nodes),
    fix: `Write ${path.split('.').at(-1)}: ['10.0.0.1:${port}', '10.0.0.2:${port}'].`,
  })
}

function readAddress(node: unknown, defaultPort: number): Address | undefined {
  const text = `redis://${node}`
  if (typeof node !== 'string' || /[/@?#]/.test(node) || !URL.canParse(text)) return undefined
  const { hostname, port } = new URL(text)
  // an IPv6 address stands in brackets in URLs only
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  return host === '' ? undefined : { host, port: port === '' ? defaultPort : Number(port) }
}

function readCredentials(from: {
  readonly username?: string | undefined
  readonly password?: string | undefined
}): { username?: string; password?: string } {
  const credentials: { username?: string; password?: string } = {}
  for (const name of ['username', 'password'] as const) {
    const value = from[name]
    if (value === undefined) continue
    if (typeof value !== 'string' || value === '')
      throw new ConfigurationError({
        code: 'redis_credentials_malformed',
        path: name,
        problem: 'must be a text',
        // never the value
        got: value === '' ? 'an empty one' : typeof value,
        fix: `Write ${name}: process.env.REDIS_${name.toUpperCase()}, or leave it out.`,
      })
    credentials[name] = value
  }
  return credentials
}

function readTls(tls: unknown): ConnectionOptions | undefined {
  if (tls === undefined || tls === false) return undefined
  if (tls === true) return {}
  if (typeof tls === 'object' && tls !== null && !Array.isArray(tls)) return { ...tls }
  throw wrong(
    'tls',
    'must be true or options of tls.connect',
    tls,
    'Write tls: { ca: readFileSync(path) }.',
  )
}

function readPrefix(prefix: unknown): string {
  const given = prefix ?? DEFAULT_PREFIX
  // braces make hash tags, and a glob in an ACL would match more than it says
  if (typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given)) return given
  throw new ConfigurationError({
    code: 'redis_prefix_malformed',
    path: 'prefix',
    problem: 'must be 1 to 64 letters, digits, or any of . : _ -',
    got: describeValue(prefix),
    fix: "Write prefix: 'shop', or leave it out.",
  })
}

function describeTarget(target: Target): string {
  if (target.is === 'server') {
    const { host, pathname } = new URL(target.url)
    return `${host}${pathname}`
  }
  const nodes = target.nodes.map(({ host, port }) => `${host}:${port}`).sort()
  return target.is === 'sentinel' ? `${target.name}@${nodes}` : `cluster@${nodes}`
}

function wrong(path: string, problem: string, got: unknown, fix: string): ConfigurationError {
  return new ConfigurationError({
    code: 'options_malformed',
    path,
    problem,
    got: describeValue(got),
    fix,
  })
}
