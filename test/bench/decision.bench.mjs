// The whole decision in process, W4: a bearer JWT, a device cookie, five signals, 20 rules, the record; warm with 1,000
// tokens that were seen before, cold with a token that never was, beside jose's verification alone.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jwtVerify } from 'jose'
import { jwtIdentity } from '../../packages/core/dist/index.js'
import { createBenchGuard, readerOf, rememberDevice, SECRET, tokens } from './support/guard.mjs'
import { measure, quantile, table, time } from './support/measure.mjs'

const directory = mkdtempSync(join(tmpdir(), 'countersign-bench-'))
const guard = await createBenchGuard(directory, jwtIdentity)
const distinct = await tokens(1_000)
const cookie = await rememberDevice(guard, distinct[0])
const key = await crypto.subtle.importKey(
  'raw',
  new TextEncoder().encode(SECRET),
  { name: 'HMAC', hash: 'SHA-256' },
  false,
  ['verify'],
)
const body = { amount: 450, payee: 'bob' }
const single = []
let fresh = []

async function decide(token, { by = guard, outcome = 'opt-out' } = {}) {
  const checked = await by.check(
    { request: {}, slot: {}, reader: readerOf('POST', '/transfer', token, cookie) },
    'a1.do',
    () => body,
  )
  if (checked.is !== 'proceed' || checked.decision.outcome !== outcome)
    throw new Error(JSON.stringify(checked))
}

// 64 at a time: an opt-out waits for its record to be durable, and a server has more than one request
async function many(n, next, how) {
  for (let done = 0; done < n; ) {
    const batch = Math.min(64, n - done)
    await Promise.all(Array.from({ length: batch }, () => decide(next(), how)))
    done += batch
  }
}

const plain = await createBenchGuard(
  mkdtempSync(join(tmpdir(), 'countersign-bench-')),
  jwtIdentity,
  true,
)
let turn = 0
const warm = () => distinct[turn++ % distinct.length]
const medians = await measure(
  [
    { name: 'opt-out, warm', count: 5_000, run: (n) => many(n, warm) },
    {
      name: 'pass, cold',
      count: 1_000,
      run: async (n) => {
        if (fresh.length < n) fresh = await tokens(n * 12)
        await many(n, () => fresh.pop(), { by: plain, outcome: 'pass' })
      },
    },
    {
      name: 'jose jwtVerify alone',
      count: 1_000,
      run: async (n) => {
        for (let i = 0; i < n; i++)
          await jwtVerify(distinct[i % 1_000], key, {
            issuer: 'https://idp.example',
            audience: 'api',
            algorithms: ['HS256'],
          })
      },
    },
  ],
  7,
)
for (let i = 0; i < 20_000; i++) {
  const start = performance.now()
  const checked = await plain.check(
    { request: {}, slot: {}, reader: readerOf('POST', '/transfer', warm(), '') },
    'a1.do',
    () => body,
  )
  if (checked.is !== 'proceed' || checked.decision.outcome !== 'pass')
    throw new Error(JSON.stringify(checked))
  if (i > 5_000) single.push((performance.now() - start) * 1e6)
  if (i % 64 === 0) await new Promise(setImmediate)
}
table('Whole decision in process (W4), HS256', [
  ...[...medians].map(([what, ns]) => ({ what, median: time(ns) })),
  { what: 'pass, warm, one at a time: p50', median: time(quantile(single, 0.5)) },
  { what: 'pass, warm, one at a time: p99', median: time(quantile(single, 0.99)) },
  {
    what: 'pass, cold, against jose alone (ratio)',
    median: (medians.get('pass, cold') / medians.get('jose jwtVerify alone')).toFixed(2),
  },
])
await Promise.all([guard.close(), plain.close()])
rmSync(directory, { recursive: true, force: true })
