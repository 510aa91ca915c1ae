// What the PostgreSQL backend costs, on a server of yours: node test/bench/postgres.bench.mjs postgres://owner@host/database
// It makes the schema countersign_bench, and leaves it to you to drop.
import { createHash } from 'node:crypto'
import { EMPTY_CHAIN, entryText, hashedText } from '@countersign/core'
import { migratePostgres, postgresAuditLog, postgresFeed } from '@countersign/postgres'
import { quantile, table, time } from './support/measure.mjs'

const [connectionString] = process.argv.slice(2)
if (connectionString === undefined) {
  console.error('Name a server: node test/bench/postgres.bench.mjs postgres://owner@host/database')
  process.exit(2)
}
const place = { connectionString, schema: 'countersign_bench' }
const context = { secrets: ['a secret of the benchmark, long enough'] }
await migratePostgres(place)
table('Audit log: one batch of 1,000 records', [await appends()])
table('Feed: from append() on one instance to the event on another', [await propagation()])

async function appends() {
  const BATCHES = 60
  const audit = await postgresAuditLog(place).open(context)
  const { chain } = audit
  let end = EMPTY_CHAIN
  const times = []
  for (let batch = 0; batch < BATCHES; batch++) {
    const sealed = []
    for (let n = 0; n < 1_000; n++) {
      const record = seal(chain, end)
      sealed.push(record)
      end = record
    }
    const start = performance.now()
    await audit.append(chain, sealed)
    // the first few open connections and plan
    if (batch >= 10) times.push((performance.now() - start) * 1e6)
  }
  await audit.close()
  const total = times.reduce((sum, one) => sum + one, 0)
  return {
    'records a second': Math.round((times.length * 1_000) / (total / 1e9)).toLocaleString('en'),
    p50: time(quantile(times, 0.5)),
    p99: time(quantile(times, 0.99)),
  }
}

/** As a decision's record is: about 700 bytes. */
function seal(chain, { seq, hash: previous }) {
  const entry = {
    type: 'decision',
    at: Date.now(),
    id: crypto.randomUUID(),
    subject: `user-${seq % 1_000}`,
    action: 'transfer.create',
    outcome: 'opt-out',
    facts: 'x'.repeat(500),
  }
  const text = entryText(entry)
  const hash = createHash('sha256')
    .update(hashedText(previous, chain, seq + 1, text))
    .digest('hex')
  return { chain, seq: seq + 1, previous, hash, entry, text }
}

async function propagation() {
  const EVENTS = 500
  const [one, two] = await Promise.all([1, 2].map(() => postgresFeed(place).open(context)))
  const stop = new AbortController()
  // who only listens keeps no process alive
  const alive = setInterval(() => {}, 1_000)
  const heard = new Map()
  const following = (async () => {
    for await (const { events } of two.follow(undefined, 1_000, stop.signal))
      for (const { event } of events) heard.get(event.id)?.(performance.now())
  })()
  const times = []
  for (let n = 0; n < EVENTS + 20; n++) {
    const id = crypto.randomUUID()
    const arrived = new Promise((resolve) => heard.set(id, resolve))
    const data = { kind: 'session', subject: 'alice', session: id }
    const start = performance.now()
    await one.append({ id, at: Date.now(), by: 'bench', why: 'bench', topic: 'revocation', data })
    const at = await arrived
    heard.delete(id)
    if (n >= 20) times.push((at - start) * 1e6)
  }
  stop.abort()
  clearInterval(alive)
  await following
  await Promise.all([one.close(), two.close()])
  return { p50: time(quantile(times, 0.5)), p99: time(quantile(times, 0.99)) }
}
