// The shops under attack: each a process of its own, started once for a test file and spoken to over real HTTP.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type AuditQuery, type AuditRecord, type Json, matchesQuery } from '@countersign/core'
import { connectControl, readAuditDirectory } from '@countersign/node'
import { afterAll, beforeAll, describe } from 'vitest'
import { type RunningShop, SHOPS, type ShopName, startShop } from '../../support/start-shop.ts'
import { type Visitor, visitor } from './visitor.ts'

/** Velocity counts 30 actions a minute for each of alice, bob and carol, and each has 10 logins a minute. */
export interface AttackedShop {
  readonly name: ShopName
  origin(): string
  readonly dataDirectory: string
  /** What it printed since it was started last. */
  log(): string
  /** Somebody with a browser of their own. */
  visitor(): Visitor
  /** SIGTERM, and a new process on the same data and the same port. */
  restart(): Promise<void>
  /** SIGKILL, and a new process on the same data and the same port. */
  crash(): Promise<void>
  /** An operator's command, through the control socket, signed where `args` do not say otherwise. */
  operate(command: string, args?: Readonly<Record<string, unknown>>): Promise<Json>
  /** What the audit log holds, once it holds all that happened before the call. */
  audit(query?: AuditQuery): Promise<readonly AuditRecord[]>
}

/** Runs `define` for each shop, in a `describe` of its own. */
export function forEachShop(define: (shop: AttackedShop) => void): void {
  const shops = SHOPS.map(prepareShop)
  for (const [at, { shop, start, end }] of shops.entries())
    describe(`the ${shop.name} shop`, () => {
      beforeAll(async () => {
        await start()
        // the next one starts while this one is attacked
        shops[at + 1]?.start().catch(() => undefined)
      }, 240_000)
      define(shop)
      afterAll(end)
    })
  // where a filter left out the next one
  afterAll(() => Promise.all(shops.map(({ end }) => end())))
}

interface PreparedShop {
  readonly shop: AttackedShop
  start(): Promise<void>
  end(): Promise<void>
}

function prepareShop(name: ShopName): PreparedShop {
  const dataDirectory = mkdtempSync(join(tmpdir(), `attacked-${name}-`))
  let running: RunningShop | undefined
  let starting: Promise<void> | undefined

  async function startOn(port: number): Promise<void> {
    running = await startShop(name, { dataDirectory, port })
  }

  function now(): RunningShop {
    if (running === undefined) throw new Error(`the ${name} shop has not been started`)
    return running
  }

  async function operate(
    command: string,
    args: Readonly<Record<string, unknown>> = {},
  ): Promise<Json> {
    const client = await connectControl(dataDirectory)
    if (client === undefined) throw new Error(`no ${name} shop listens to ${command}`)
    try {
      return await client.call(command, { by: 'mallory', why: 'an attack', ...args })
    } finally {
      client.close()
    }
  }

  const shop: AttackedShop = {
    name,
    dataDirectory,
    origin: () => now().origin,
    log: () => now().log(),
    visitor: () => visitor(now().origin),
    async restart() {
      const { port, stop } = now()
      await stop()
      await startOn(port)
    },
    async crash() {
      const { port, kill } = now()
      await kill()
      await startOn(port)
    },
    operate,
    async audit(query = {}) {
      // records are written in order: once the mark is there, all that was told before it is
      const mark = `${AUDIT_MARK} ${crypto.randomUUID()}`
      await operate('suspend', { target: 'opt-out:audit-robot', why: mark })
      const late = performance.now() + AUDIT_WITHIN_MS
      while (performance.now() < late) {
        const records = await readRecords(dataDirectory)
        if (records.some(({ entry }) => entry['why'] === mark))
          return records.filter(
            (record) =>
              matchesQuery(record, query) && !String(record.entry['why']).startsWith(AUDIT_MARK),
          )
        await wait(10)
      }
      throw new Error(`the ${name} shop did not record within ${AUDIT_WITHIN_MS} ms`)
    },
  }

  return {
    shop,
    start() {
      starting ??= startOn(0)
      return starting
    },
    async end() {
      await starting?.catch(() => undefined)
      await running?.stop()
      rmSync(dataDirectory, { recursive: true, force: true })
    },
  }
}

const AUDIT_MARK = 'everything before this is in the log'
const AUDIT_WITHIN_MS = 10_000

async function readRecords(dataDirectory: string): Promise<readonly AuditRecord[]> {
  const records: AuditRecord[] = []
  for await (const record of readAuditDirectory(dataDirectory, {})) records.push(record)
  return records
}
