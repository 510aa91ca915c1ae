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
  return await run(dir, port ?? (await freePort()), ['--save', '', ...args])
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
  stop(): Promise<void>
}

/** Three primaries without replicas. */
export async function startRedisCluster(args: readonly string[] = []): Promise<RedisCluster> {
  const cluster = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000', ...args]
  const nodes = await Promise.all(
    [1, 2, 3].map(async () => startRedisServer(cluster, await lowPort())),
  )
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`)
  execFileSync('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes'], {
    stdio: 'ignore',
  })
  const [first] = nodes as [RedisServer]
  await until(
    () => nodes.every((node) => node.cli('CLUSTER', 'INFO').includes('cluster_state:ok')),
    `the Cluster on port ${first.port}`,
  )
  return {
    nodes,
    addresses,
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
  /** Resolves once the Sentinel names the server as the primary, and it is one. */
  promoted(server: RedisServer): Promise<void>
  stop(): Promise<void>
}

/** One primary, one replica, one Sentinel that gives up a silent primary after half a second. */
export async function startRedisSentinel(args: readonly string[] = []): Promise<RedisSentinel> {
  const name = 'countersign-test'
  const primary = await startRedisServer(args)
  const replica = await startRedisServer([
    ...args,
    '--replicaof',
    '127.0.0.1',
    String(primary.port),
  ])
  await until(
    () => replica.cli('INFO', 'replication').includes('master_link_status:up'),
    'the replica',
  )
  const port = await freePort()
  const dir = mkdtempSync(join(tmpdir(), 'redis-sentinel-'))
  const file = join(dir, 'sentinel.conf')
  await writeFile(
    file,
    [
      `port ${port}`,
      'bind 127.0.0.1',
      `sentinel monitor ${name} 127.0.0.1 ${primary.port} 1`,
      `sentinel down-after-milliseconds ${name} 500`,
      `sentinel failover-timeout ${name} 2000`,
    ].join('\n'),
  )
  const child = spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' })
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
    quietly(() => ask('SENTINEL', 'REPLICAS', name).includes(String(replica.port))),
    'the Sentinel',
    child,
  )
  return {
    name,
    sentinels: [`127.0.0.1:${port}`],
    primary,
    replica,
    promoted: (server) =>
      until(
        quietly(
          () =>
            ask('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name).includes(String(server.port)) &&
            server.cli('ROLE').startsWith('master'),
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
