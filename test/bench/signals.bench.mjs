// From a webhook that is posted to the first decision that knows: on one instance, and on another that shares a server.
import { spawn } from 'node:child_process'
import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { createFetchGuard, memoryAuditLog } from '@countersign/core'
import { fileBackend, nodePlatform } from '@countersign/node'
import { migratePostgres, postgresBackend } from '@countersign/postgres'
import { redisBackend } from '@countersign/redis'
import { createWebhookReceiver, nodeHandler } from '@countersign/shared-signals'
import { quantile, table, time } from './support/measure.mjs'

const ROUNDS = 500
const WARM = 50
const CODE = 'account-disabled'
const secret = randomBytes(32).toString('base64')
const logger = {
  info() {},
  warn() {},
  error(details, text) {
    // said until the policy is activated below
    if (!text.startsWith('no policy is in force')) console.error(text, details)
  },
}
const policy = {
  countersign: 1,
  name: 'bench',
  actions: { 'account.view': {} },
  external: [CODE],
  rules: [
    { id: 'account', actions: ['account.view'], require: { acr: 'aal1' } },
    { id: 'closed', actions: ['*'], when: `"${CODE}" in signals`, deny: true },
  ],
}
const directory = mkdtempSync(join(tmpdir(), 'countersign-bench-'))
const closing = [() => rmSync(directory, { recursive: true, force: true })]
const postgres = process.env.COUNTERSIGN_BENCH_POSTGRES

const rows = []
const one = createGuard(fileBackend(directory), { policy })
await one.ready()
closing.push(() => one.close())
rows.push(await measure('one instance, its files', one, one))
await withRedis(async (url) => {
  const audit = { key: 'memory', open: async () => memoryAuditLog() }
  const source = () => redisBackend({ url, audit })
  rows.push(await measureTwo('another instance, by Redis', source))
})
if (postgres !== undefined) {
  const place = { connectionString: postgres, schema: 'countersign_bench_signals' }
  await migratePostgres(place)
  rows.push(await measureTwo('another instance, by PostgreSQL', () => postgresBackend(place)))
}
table(`From a posted webhook to the first decision that knows: ${ROUNDS} times`, rows)
if (postgres === undefined)
  console.log('\nBy PostgreSQL too where COUNTERSIGN_BENCH_POSTGRES names a server.')
for (const close of closing.reverse()) await close()

function createGuard(backend, options) {
  return createFetchGuard(
    {
      identity: (req) => ({
        subject: req.headers.get('x-user'),
        amr: ['pwd'],
        authTime: Date.now() / 1000,
      }),
      ...{ backend, secret, logger, publicOrigin: 'https://shop.example' },
      ...options,
    },
    nodePlatform,
  )
}

async function measureTwo(name, source) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const operatorKeys = [publicKey.export({ format: 'jwk' })]
  const key = privateKey.export({ format: 'jwk' })
  // two engines, as two processes have them: the key of a backend is what one process shares
  const guards = [1, 2].map((n) => {
    const backend = source()
    return createGuard({ ...backend, key: `${backend.key} ${n}` }, { operatorKeys })
  })
  await Promise.allSettled(guards.map((guard) => guard.ready()))
  await guards[0].operator.activate(policy, { by: 'bench', why: 'bench', key })
  while ((await Promise.allSettled([guards[1].ready()]))[0].status === 'rejected') await turn()
  try {
    return await measure(name, ...guards)
  } finally {
    await Promise.all(guards.map((guard) => guard.close()))
  }
}

/** Posted over HTTP to the one, decided by the other until it knows. */
async function measure(name, told, deciding) {
  const { receive } = createWebhookReceiver({
    guard: told,
    ...{ sender: 'bench', secrets: `whsec_${secret}`, logger },
    signals: ({ body }) => ({ code: CODE, about: { subject: body.user } }),
  })
  const server = createServer(nodeHandler(receive))
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${server.address().port}/`
  const view = deciding.route('account.view', () => new Response())
  const decide = async (user) =>
    (await view(new Request('https://shop.example/', { headers: { 'x-user': user } }))).status
  const accepted = []
  const known = []
  let atOnce = 0
  for (let round = 0; round < WARM + ROUNDS; round++) {
    const user = `${name} ${round}`.replaceAll(/\W+/g, '-')
    if ((await decide(user)) !== 200) throw new Error(`${user} was refused before`)
    const body = JSON.stringify({ user })
    const message = sign(user, body)
    const start = performance.now()
    const { status } = await fetch(url, { method: 'POST', headers: message, body })
    const acceptedAt = performance.now()
    if (status !== 202) throw new Error(`it was answered ${status}`)
    let decisions = 1
    for (; (await decide(user)) === 200; decisions++) await turn()
    const knownAt = performance.now()
    if (round < WARM) continue
    accepted.push((acceptedAt - start) * 1e6)
    known.push((knownAt - acceptedAt) * 1e6)
    if (decisions === 1) atOnce += 1
  }
  await new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  return {
    'decided on': name,
    'posted to accepted, p50': time(quantile(accepted, 0.5)),
    p99: time(quantile(accepted, 0.99)),
    'accepted to the decision that knows, p50': time(quantile(known, 0.5)),
    'p99 ': time(quantile(known, 0.99)),
    'the first one knew': `${atOnce} of ${ROUNDS}`,
  }
}

function sign(id, body) {
  const at = `${Math.floor(Date.now() / 1000)}`
  const mac = createHmac('sha256', Buffer.from(secret, 'base64')).update(`${id}.${at}.${body}`)
  return {
    'webhook-id': id,
    'webhook-timestamp': at,
    'webhook-signature': `v1,${mac.digest('base64')}`,
  }
}

/** On a server of its own; where there is none on this machine it says so. */
async function withRedis(run) {
  const port = 20_000 + Math.floor(Math.random() * 20_000)
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', directory]
  const child = spawn('redis-server', args, { stdio: 'ignore' })
  const missing = new Promise((resolve) => child.once('error', () => resolve(true)))
  const up = (async () => {
    for (let tries = 0; tries < 200; tries++) {
      if (await connects(port)) return false
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    throw new Error('redis-server does not answer')
  })()
  if (await Promise.race([missing, up])) {
    up.catch(() => {})
    return console.log('\nThere is no redis-server here: two instances are not measured.')
  }
  try {
    await run(`redis://127.0.0.1:${port}`)
  } finally {
    child.kill()
  }
}

function connects(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
