// Private Redis servers for tests, one by one, as a Cluster, and behind a Sentinel: started, killed, stopped and started again.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from './servers.ts'

export interface RedisServer {
  readonly port: number
  readonly url: string
  /** One command through redis-cli: what it prints. @throws where the server answers with an error */
  cli(...command: string[]): string
  /** SIGKILL; resolves once the process is gone. */
  kill(): Promise<void>
  /** SIGSTOP and SIGCONT. */
  freeze(): void
  thaw(): void
  /** The same server once more, on the same port and directory. */
  start(): Promise<void>
  /** Ends it for good, and removes its directory. */
  stop(): Promise<void>
}

/** Everything acknowledged is on the disk: what `kill -9` must not take. */
export const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'always'] as const

export async function startRedisServer(
  args: readonly string[] = [],
  port?: number,
): Promise<RedisServer> {
  const dir = mkdtempSync(join(tmpdir(), 'redis-'))
  return await run(dir, port ?? (await freePort()), [
    ...['--save', '', '--repl-diskless-sync-delay', '0'],
    ...args,
  ])
}

async function run(dir: string, port: number, args: readonly string[]): Promise<RedisServer> {
  let child: ChildProcess
  const server: RedisServer = {
    port,
    url: `redis://127.0.0.1:${port}`,
    cli: (...command) =>
      execFileSync('redis-cli', ['-e', '-p', String(port), ...command], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async start() {
      const where = ['--bind', '127.0.0.1', '--port', String(port), '--dir', dir]
      child = spawn('redis-server', [...args, ...where], { stdio: 'ignore' })
      await until(() => answers(server), `redis-server on port ${port}`, child)
    },
    async stop() {
      await server.kill()
      rmSync(dir, { recursive: true, force: true })
    },
  }
  await server.start()
  return server
}

function answers(server: RedisServer): boolean {
  try {
    return server.cli('PING').trim() === 'PONG'
  } catch {
    return false
  }
}

export interface RedisCluster {
  readonly nodes: readonly RedisServer[]
  /** As `host:port`. */
  readonly addresses: readonly string[]
  /** The primary that has the keys of this prefix's feed. */
  primaryOf(prefix: string): RedisServer
  stop(): Promise<void>
}

/** Three primaries, each with so many replicas. */
export async function startRedisCluster(replicas: 0 | 1 = 0): Promise<RedisCluster> {
  const cluster = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000']
  const nodes = await Promise.all(
    Array.from({ length: 3 + 3 * replicas }, async () =>
      startRedisServer(cluster, await lowPort()),
    ),
  )
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`)
  const create = ['--cluster', 'create', ...addresses, '--cluster-replicas', String(replicas)]
  execFileSync('redis-cli', [...create, '--cluster-yes'], { stdio: 'ignore' })
  const [first] = nodes as [RedisServer]
  await until(
    () => nodes.every((node) => node.cli('CLUSTER', 'INFO').includes('cluster_state:ok')),
    `the Cluster on port ${first.port}`,
  )
  // a replica that has not caught up is not promoted
  await until(
    () =>
      nodes.every((node) => {
        const replication = node.cli('INFO', 'replication')
        return replication.includes('role:master')
          ? replication.includes(`connected_slaves:${replicas}`)
          : replication.includes('master_link_status:up')
      }),
    `the replicas of the Cluster on port ${first.port}`,
  )
  return {
    nodes,
    addresses,
    primaryOf(prefix) {
      const primary = nodes.find(
        (node) =>
          answers(node) &&
          node.cli('ROLE').startsWith('master') &&
          node.cli('KEYS', `${prefix}:feed:*`).trim() !== '',
      )
      if (primary === undefined) throw new Error(`no primary has a feed of ${prefix}`)
      return primary
    },
    stop: async () => {
      await Promise.all(nodes.map((node) => node.stop()))
    },
  }
}

/** The bus of a node listens 10000 above its port, which therefore has to lie below 55536. */
async function lowPort(): Promise<number> {
  for (;;) {
    const port = await freePort()
    if (port < 55_000) return port
  }
}

export interface RedisSentinel {
  readonly name: string
  /** As `host:port`. */
  readonly sentinels: readonly string[]
  readonly primary: RedisServer
  readonly replica: RedisServer
  /** Resolves once the Sentinel names the replica as the primary, and it is one. */
  promoted(): Promise<void>
  stop(): Promise<void>
}

/** Names of PEM files. */
export interface TlsFiles {
  readonly key: string
  readonly cert: string
}

/** What makes a server listen with TLS on this port beside its own: its clients need show no certificate. */
export function tlsArguments({ key, cert }: TlsFiles, port: number): readonly string[] {
  return [
    ...['--tls-port', String(port), '--tls-cert-file', cert, '--tls-key-file', key],
    ...['--tls-ca-cert-file', cert, '--tls-auth-clients', 'no'],
  ]
}

/**
 * One primary, one replica, one Sentinel that gives up a silent primary after half a second. With `tls` all that they tell
 * each other goes over TLS, and so has what clients ask.
 */
export async function startRedisSentinel(tls?: TlsFiles): Promise<RedisSentinel> {
  const name = 'countersign-test'
  const [primaryPort, replicaPort] = tls === undefined ? [] : [await freePort(), await freePort()]
  const over = (port: number | undefined) =>
    tls === undefined || port === undefined
      ? []
      : [...tlsArguments(tls, port), '--tls-replication', 'yes']
  const primary = await startRedisServer(over(primaryPort))
  const monitored = String(primaryPort ?? primary.port)
  const replica = await startRedisServer([
    ...over(replicaPort),
    ...['--replicaof', '127.0.0.1', monitored],
  ])
  await until(
    () => replica.cli('INFO', 'replication').includes('master_link_status:up'),
    'the replica',
  )
  const port = await freePort()
  const sentinelPort = tls === undefined ? port : await freePort()
  const dir = mkdtempSync(join(tmpdir(), 'redis-sentinel-'))
  const file = join(dir, 'sentinel.conf')
  await writeFile(
    file,
    [
      `port ${port}`,
      'bind 127.0.0.1',
      `sentinel monitor ${name} 127.0.0.1 ${monitored} 1`,
      `sentinel down-after-milliseconds ${name} 500`,
      `sentinel failover-timeout ${name} 2000`,
    ].join('\n'),
  )
  const child = spawn('redis-server', [file, ...over(sentinelPort), '--sentinel'], {
    stdio: 'ignore',
  })
  const ask = (...command: string[]) =>
    execFileSync('redis-cli', ['-e', '-p', String(port), ...command], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  const quietly = (test: () => boolean) => () => {
    try {
      return test()
    } catch {
      return false
    }
  }
  await until(
    quietly(() => ask('SENTINEL', 'REPLICAS', name).includes(String(replicaPort ?? replica.port))),
    'the Sentinel',
    child,
  )
  return {
    name,
    sentinels: [`127.0.0.1:${sentinelPort}`],
    primary,
    replica,
    promoted: () =>
      until(
        quietly(
          () =>
            ask('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name).includes(
              String(replicaPort ?? replica.port),
            ) && replica.cli('ROLE').startsWith('master'),
        ),
        'the failover',
      ),
    async stop() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await Promise.all([gone, primary.stop(), replica.stop()])
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

const PATIENCE_MS = 60_000

async function until(test: () => boolean, what: string, child?: ChildProcess): Promise<void> {
  const late = performance.now() + PATIENCE_MS
  while (!test()) {
    if (child?.exitCode !== null && child?.exitCode !== undefined)
      throw new Error(`${what} ended with ${child.exitCode}`)
    if (performance.now() > late) throw new Error(`${what} did not come up`)
    await pause(25)
  }
}
