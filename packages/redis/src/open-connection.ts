// A connection to the primary, or to all primaries of a Cluster. What cannot be sent at once is refused, and what is not
// answered in time is given up: memory stays bounded while Redis is slow or away, and nobody waits for long.
import { createHash } from 'node:crypto'
import { type RedisOptions as ClientOptions, Cluster, Redis } from 'ioredis'
import type { ParsedRedisOptions } from './redis-options.ts'

export interface Script {
  readonly lua: string
  readonly sha: string
}

/** What a script answers with: texts and bytes come as bytes. */
export type Reply = Buffer | number | null | readonly Reply[]

export interface Connection {
  /** Runs a script on the primary that holds the keys. Rejects at once where there is no connection. */
  run(script: Script, keys: readonly string[], args: readonly (string | Buffer)[]): Promise<Reply>
  /** Resolves once the stream holds something after `id`, or after `ms`. Nothing else can be sent meanwhile. */
  waitForEntry(stream: string, id: string, ms: number): Promise<void>
  /** INFO of each primary that answers. */
  infos(): Promise<readonly ServerInfo[]>
  /** `always` where what was acknowledged is on the disk; `undefined` where the server does not tell. */
  appendfsync(): Promise<string | undefined>
  close(): void
}

/** The lines of INFO by name. */
export type ServerInfo = ReadonlyMap<string, string>

/** Below the deadline of a request in core, so that Redis is named as the reason. */
const COMMAND_TIMEOUT_MS = 3_000
/** A server that hangs keeps its sockets open: after so long without a word the socket is closed, and what waits on it ends. */
const SOCKET_TIMEOUT_MS = 5_000
const CONNECT_TIMEOUT_MS = 3_000
const RETRY_MOST_MS = 1_000
/** Of about 1 kB each: more than waits for an answer within the timeout on any server that is well. */
const MOST_WAITING = 10_000

export function createScript(lua: string): Script {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') }
}

/** Connects. @throws where that fails at the first attempt; later on it connects again by itself. */
export async function openConnection(options: ParsedRedisOptions): Promise<Connection> {
  const client = createClient(options)
  let trouble: Error | undefined
  // what goes wrong between commands: told with the next command that is refused for it
  client.on('error', (error: Error) => {
    trouble = error
  })
  client.on('ready', () => {
    trouble = undefined
  })
  let waiting = 0
  let closed = false

  async function bounded<T>(send: () => Promise<T>): Promise<T> {
    if (closed) throw new Error('the connection to Redis is closed')
    if (waiting >= MOST_WAITING)
      throw new Error(`Redis is slow: ${MOST_WAITING} commands wait for an answer already`)
    waiting += 1
    try {
      return await send()
    } catch (error) {
      throw explain(error, trouble)
    } finally {
      waiting -= 1
    }
  }

  try {
    await client.connect()
  } catch (error) {
    client.disconnect()
    throw explain(error, trouble)
  }

  return {
    run: (script, keys, args) =>
      bounded(async () => {
        const rest = [keys.length, ...keys, ...args] as const
        try {
          return (await client.callBuffer('EVALSHA', [script.sha, ...rest])) as Reply
        } catch (error) {
          // a server that restarted, or was promoted, has not seen it: nothing was run
          if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
          return (await client.callBuffer('EVAL', [script.lua, ...rest])) as Reply
        }
      }),
    waitForEntry: (stream, id, ms) =>
      bounded(async () => {
        await client.xread('COUNT', 1, 'BLOCK', Math.max(1, ms), 'STREAMS', stream, id)
      }),
    infos: () =>
      bounded(async () => {
        if (!(client instanceof Cluster)) return [parseInfo(await client.info())]
        const answers = await Promise.allSettled(client.nodes('master').map((node) => node.info()))
        const infos = answers.flatMap((one) =>
          one.status === 'fulfilled' ? [parseInfo(one.value)] : [],
        )
        if (infos.length === 0) throw new Error('no primary of the Cluster answers')
        return infos
      }),
    appendfsync: () =>
      bounded(async () => {
        try {
          const [, value] = (await client.config('GET', 'appendfsync')) as string[]
          return value
        } catch (error) {
          // managed servers refuse CONFIG, and so may an ACL
          if (isRefusal(error)) return undefined
          throw error
        }
      }),
    close() {
      closed = true
      client.disconnect()
    },
  }
}

function createClient({
  target,
  credentials,
  sentinelCredentials,
  tls,
}: ParsedRedisOptions): Redis | Cluster {
  const common = {
    ...credentials,
    ...(tls === undefined ? {} : { tls }),
    protocol: 2,
    disableClientInfo: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    // what was sent may have been done: only its caller knows whether to send it again
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
  } as const satisfies ClientOptions
  const single = {
    ...common,
    lazyConnect: true,
    enableOfflineQueue: false,
    retryStrategy,
    // a primary that was demoted: the next connection finds the new one
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
  } as const satisfies ClientOptions
  if (target.is === 'server') return new Redis(target.url, single)
  if (target.is === 'sentinel')
    return new Redis({
      ...single,
      name: target.name,
      sentinels: target.nodes.map((node) => ({ ...node })),
      sentinelRetryStrategy: retryStrategy,
      sentinelCommandTimeout: COMMAND_TIMEOUT_MS,
      ...(sentinelCredentials.username === undefined
        ? {}
        : { sentinelUsername: sentinelCredentials.username }),
      ...(sentinelCredentials.password === undefined
        ? {}
        : { sentinelPassword: sentinelCredentials.password }),
      ...(tls === undefined ? {} : { enableTLSForSentinelMode: true, sentinelTLS: tls }),
    })
  return new Cluster(
    target.nodes.map((node) => ({ ...node })),
    {
      lazyConnect: true,
      enableOfflineQueue: false,
      clusterRetryStrategy: retryStrategy,
      // never sent twice by itself, and told at once
      retryDelayOnFailover: 0,
      retryDelayOnClusterDown: 0,
      redisOptions: common,
    },
  )
}

function retryStrategy(times: number): number {
  return Math.min(50 * 2 ** Math.min(times, 10), RETRY_MOST_MS)
}

function parseInfo(text: string): ServerInfo {
  const lines = text.split(/\r?\n/).filter((line) => line.includes(':') && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1)]
    }),
  )
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && /^(NOPERM|ERR unknown|ERR Unknown)/.test(error.message)
}

function explain(error: unknown, trouble: Error | undefined): Error {
  const message = error instanceof Error ? error.message : String(error)
  // an answer of the server says all by itself
  if (/^[A-Z]+ /.test(message) || trouble === undefined)
    return new Error(`Redis: ${message}`, { cause: error })
  return new Error(`Redis cannot be reached: ${trouble.message || message}`, { cause: trouble })
}
