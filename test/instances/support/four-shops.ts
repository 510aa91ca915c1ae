// Four instances of the Express shop on one Redis (feed, store) and one PostgreSQL (log), behind a load balancer; attacked as
// one shop is.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import {
  type AuditRecord,
  type Health,
  type Json,
  matchesQuery,
  type OpenCommands,
  openCommands,
} from '@countersign/core'
import { nodePlatform } from '@countersign/node'
import { migratePostgres, postgresAuditLog } from '@countersign/postgres'
import { redisBackend } from '@countersign/redis'
import { exportJWK, generateKeyPair } from 'jose'
import { shopPolicy } from '../../attacks/support/shop-policy.ts'
import type { AttackedShop } from '../../attacks/support/shops.ts'
import { type Visitor, visitor } from '../../attacks/support/visitor.ts'
import { bundleApp, type RunningApp, startApp } from '../../chaos/run-app.ts'
import { DURABLE, type RedisServer, startRedisServer } from '../../support/redis-servers.ts'
import { startPostgres } from '../../support/servers.ts'
import { type RoundRobin, STICKY, startRoundRobin } from './round-robin.ts'
import type { InstanceSettings } from './shop-instance.ts'

const INSTANCES = 4
const SECRET = 'a secret of four instances, long enough to be one'
const MARK = 'everything before this is known'
const WITHIN_MS = 30_000

export interface FourShops {
  readonly shop: AttackedShop
  readonly balancer: RoundRobin
  /** Somebody whose requests all go to one instance. */
  visitorAt(instance: number): Visitor
  healths(): Promise<readonly Health[]>
  /** Once each instance has folded all that was told before the call. */
  settled(): Promise<void>
  stop(): Promise<void>
}

/** What all starts of one test file share. */
export interface Servers {
  readonly program: string
  readonly redis: RedisServer
  readonly postgres: string
  readonly balancer: RoundRobin
  stop(): Promise<void>
}

export async function startServers(): Promise<Servers> {
  const folder = mkdtempSync(join(tmpdir(), 'four-shops-'))
  const [program, redis, postgres, balancer] = await Promise.all([
    bundleApp(folder, '../instances/support/shop-instance.ts'),
    startRedisServer(DURABLE),
    startPostgres(),
    startRoundRobin(),
  ])
  const connectionString = `postgres://test@127.0.0.1:${postgres.port}/postgres`
  await migratePostgres({ connectionString })
  return {
    ...{ program, redis, postgres: connectionString, balancer },
    async stop() {
      await Promise.all([redis.stop(), postgres.stop(), balancer.close()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** On an empty Redis, and a log that goes on. */
export async function startFourShops(servers: Servers): Promise<FourShops> {
  const { program, redis, balancer, postgres } = servers
  redis.cli('FLUSHALL')
  const dataDirectory = mkdtempSync(join(tmpdir(), 'four-shops-data-'))
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const audit = postgresAuditLog({ connectionString: postgres })
  const operator = await openCommands(
    {
      ...{ backend: redisBackend({ url: redis.url, audit }), secrets: [SECRET] },
      key: (await exportJWK(privateKey)) as never,
      logger: { info() {}, warn() {}, error() {} },
    },
    nodePlatform,
  )
  const settings: InstanceSettings = {
    ...{ publicOrigin: balancer.origin, dataDirectory, secret: SECRET },
    operatorKey: (await exportJWK(publicKey)) as InstanceSettings['operatorKey'],
    ...{ redis: redis.url, postgres },
  }
  await operate(operator, 'activate', { policy: shopPolicy() })
  let apps: readonly RunningApp[] = []
  const start = async () => {
    const starting = Array.from({ length: INSTANCES }, () =>
      startApp(program, JSON.stringify(settings)),
    )
    apps = await Promise.all(starting)
    balancer.spreadOver(apps.map(({ origin }) => origin))
  }
  const restart = async () => {
    await Promise.all(apps.map((app) => app.kill()))
    await start()
  }
  await start()

  async function healths(): Promise<readonly Health[]> {
    return await Promise.all(
      apps.map(async ({ origin }) => {
        const reply = await fetch(new URL('/instance/health', origin))
        return (await reply.json()) as Health
      }),
    )
  }

  async function untilAll(what: string, test: (health: Health) => boolean): Promise<void> {
    for (const late = performance.now() + WITHIN_MS; ; ) {
      const all = await healths()
      if (all.every(test)) return
      if (performance.now() > late) throw new Error(`${what}: ${JSON.stringify(all)}`)
      await wait(5)
    }
  }

  async function settled(): Promise<void> {
    // the feed has one order: whoever has heard of the mark has heard of all before it
    const mark = `${MARK} ${crypto.randomUUID()}`
    await operate(operator, 'suspend', { target: 'opt-out:audit-robot', why: mark })
    await untilAll('not all instances heard of it', ({ suspended }) =>
      suspended.some(({ why }) => why === mark),
    )
  }

  async function records(): Promise<readonly AuditRecord[]> {
    const log = await audit.open({ secrets: [SECRET] })
    try {
      const found: AuditRecord[] = []
      for await (const record of log.read({})) found.push(record)
      return found
    } finally {
      await log.close()
    }
  }

  const shop: AttackedShop = {
    name: 'express',
    dataDirectory,
    origin: () => balancer.origin,
    log: () => apps.map((app) => app.log()).join(''),
    visitor: () => settling(visitor(balancer.origin), settled),
    restart,
    crash: restart,
    async operate(command, args = {}) {
      const result = await operate(operator, command, args)
      await settled()
      return result
    },
    async audit(query = {}) {
      await untilAll('not all instances have written', ({ audit: { queued } }) => queued === 0)
      return (await records()).filter(
        (record) => matchesQuery(record, query) && !String(record.entry['why']).startsWith(MARK),
      )
    },
  }
  return {
    ...{ shop, balancer, healths, settled },
    async stop() {
      await Promise.all(apps.map((app) => app.kill()))
      await operator.close()
      rmSync(dataDirectory, { recursive: true, force: true })
    },
    visitorAt(instance) {
      const one = visitor(balancer.origin)
      one.cookies.set(STICKY, String(instance))
      return one
    },
  }
}

async function operate(
  { handlers }: OpenCommands,
  command: string,
  args: Readonly<Record<string, unknown>>,
): Promise<Json> {
  const handler = handlers[command]
  if (handler === undefined) throw new Error(`there is no command ${command}`)
  return (await handler({ by: 'mallory', why: 'an attack', ...args } as never)) as Json
}

/** A revocation holds elsewhere some milliseconds later: an attack that asks whether it holds at all begins after them. */
function settling(browser: Visitor, settled: () => Promise<void>): Visitor {
  return {
    ...browser,
    async submit(path, form, options) {
      const reply = await browser.submit(path, form, options)
      if (path.endsWith('/revoke')) await settled()
      return reply
    },
  }
}
