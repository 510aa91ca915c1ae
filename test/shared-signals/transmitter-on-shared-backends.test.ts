// The transmitter where instances share what they keep: Redis with PostgreSQL as its log, and PostgreSQL alone. What one
// instance decides any may tell, once, and an acknowledgement to one counts with all.
import {
  type BackendSource,
  createGuardCore,
  type GuardCore,
  type OperatorPrivateKey,
  openCommands,
} from '@countersign/core'
import { nodePlatform } from '@countersign/node'
import { migratePostgres, postgresAuditLog, postgresBackend } from '@countersign/postgres'
import { redisBackend } from '@countersign/redis'
import {
  createTransmitter,
  type EventTransmitter,
  type SigningKey,
  verifySecurityEventToken,
} from '@countersign/shared-signals'
import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Running,
  type RunningPostgres,
  startPostgres,
  startRedis,
} from '../support/servers.ts'

const SECRET = 'a secret of at least 32 characters, for these tests'
const ISSUER = 'https://shop.example'
const CRM = {
  id: 'crm',
  audience: 'https://crm.example',
  authorization: 'Bearer what-crm-was-given',
}
const logger = { info() {}, warn() {}, error() {} }
const quickly = { timeout: 30_000 }

let postgres: RunningPostgres
let redis: Running
let operatorKey: OperatorPrivateKey
let signingKey: SigningKey
beforeAll(async () => {
  const starting = startRedis()
  postgres = await startPostgres()
  redis = await starting
  operatorKey = (await makeKey()) as OperatorPrivateKey
  signingKey = { ...(await makeKey()), alg: 'ES256' } as SigningKey
}, 120_000)
afterAll(async () => {
  await redis?.stop()
  await postgres?.stop()
})

async function makeKey() {
  return await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey)
}

async function placeOf(schema: string) {
  const place = {
    connectionString: `postgres://test@127.0.0.1:${postgres.port}/postgres`,
    schema,
  }
  await migratePostgres(place)
  return place
}

const BACKENDS: readonly {
  readonly name: string
  readonly open: () => Promise<() => BackendSource>
}[] = [
  {
    name: 'Redis, with PostgreSQL as the log',
    async open() {
      const place = await placeOf('with_redis')
      const url = `redis://127.0.0.1:${redis.port}`
      return () => redisBackend({ url, audit: postgresAuditLog(place) })
    },
  },
  {
    name: 'PostgreSQL',
    async open() {
      const place = await placeOf('alone')
      return () => postgresBackend(place)
    },
  },
]

interface Instance {
  readonly guard: GuardCore<unknown>
  readonly transmitter: EventTransmitter
  stop(): Promise<void>
}

describe.each(BACKENDS)('$name', ({ open }) => {
  let source: () => BackendSource
  const running: Instance[] = []

  beforeAll(async () => {
    source = await open()
    const operator = await openCommands(
      { backend: source(), secrets: [SECRET], key: operatorKey, logger },
      nodePlatform,
    )
    const policy = nodePlatform.defaultPolicy()
    await operator.handlers['activate']?.({ policy, by: 'ann', why: 'a test' })
    await operator.close()
    running.push(await start(), await start())
  }, 60_000)
  afterAll(async () => {
    for (const one of running) await one.stop()
  })

  let made = 0
  async function start(): Promise<Instance> {
    made += 1
    const backend = source()
    const { d: _, ...publicKey } = operatorKey
    const guard = createGuardCore(
      {
        // an engine of its own, as in another process
        backend: { ...backend, key: `${backend.key} ${made}` },
        identity: () => undefined,
        publicOrigin: ISSUER,
        operatorKeys: [publicKey as never],
        secret: SECRET,
        logger,
      },
      nodePlatform,
    )
    await guard.ready()
    const transmitter = createTransmitter({
      ...{ guard, logger, issuer: ISSUER, keys: signingKey, streams: [CRM] },
    })
    await transmitter.start()
    return {
      ...{ guard, transmitter },
      async stop() {
        await transmitter.close()
        await guard.close()
      },
    }
  }

  async function poll(
    { transmitter }: Instance,
    body: object = {},
  ): Promise<Readonly<Record<string, string>>> {
    const answer = await transmitter.answer(
      new Request(`${ISSUER}/ssf/poll`, {
        method: 'POST',
        headers: { authorization: CRM.authorization },
        body: JSON.stringify({ returnImmediately: true, ...body }),
      }),
    )
    return ((await answer.json()) as { sets: Record<string, string> }).sets
  }

  /** Of those that wait at an instance, by jti. */
  async function waiting(at: Instance): Promise<Readonly<Record<string, string>>> {
    const { d: _, ...jwk } = signingKey as SigningKey & { d: string }
    const found: Record<string, string> = {}
    for (const [jti, jwt] of Object.entries(await poll(at))) {
      const verified = await verifySecurityEventToken(jwt, {
        ...{ issuer: ISSUER, audience: CRM.audience, algorithms: ['ES256'] },
        key: jwk as never,
      })
      if (!verified.ok) throw new Error(verified.description)
      found[jti] = String(verified.event.subject['sub'])
    }
    return found
  }

  test('what one decides, each may tell, under one jti; acknowledged to one, it waits at none', async () => {
    const [one, other] = running as [Instance, Instance]
    await one.guard.credentialChanged('alice', 'deactivated')
    await expect.poll(() => waiting(one), quickly).not.toEqual({})
    const told = await waiting(one)
    expect(Object.values(told)).toEqual(['alice'])
    expect(await waiting(other)).toEqual(told)
    expect(await poll(other, { ack: Object.keys(told) })).toEqual({})
    expect(await waiting(one)).toEqual({})
  })

  test('what nobody acknowledged outlives the instance that heard of it, and a new one tells it once', async () => {
    const [one, other] = running as [Instance, Instance]
    await one.guard.credentialChanged('bob', 'deactivated')
    await expect.poll(async () => Object.values(await waiting(other)), quickly).toEqual(['bob'])
    const told = await waiting(other)
    for (const instance of running.splice(0)) await instance.stop()
    const next = await start()
    running.push(next)
    expect(await waiting(next)).toEqual(told)
    await poll(next, { ack: Object.keys(told) })
    await next.guard.credentialChanged('carol', 'deactivated')
    await expect.poll(async () => Object.values(await waiting(next)), quickly).toEqual(['carol'])
  })
})
