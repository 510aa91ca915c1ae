// Express bare, guarded by Countersign (W4: JWT, device cookie, risk, 20 rules, durable record) and by
// express-oauth2-jwt-bearer (W1: the JWT): interleaved slices, medians, shares of the bare server.
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import autocannon from 'autocannon'
import { tokens } from './support/guard.mjs'
import { median, table } from './support/measure.mjs'

const SLICES = 11
const SECONDS = 2
const directory = mkdtempSync(join(tmpdir(), 'countersign-bench-'))

function start(kind) {
  const child = fork(new URL('./servers/express.mjs', import.meta.url), [kind, directory], {
    env: { ...process.env, NODE_ENV: 'production' },
  })
  return new Promise((resolve, reject) => {
    child.once('message', ({ port }) => resolve({ kind, child, url: `http://127.0.0.1:${port}` }))
    child.once('exit', (code) => reject(new Error(`${kind} ended with ${code}`)))
  })
}

async function rememberDevice({ url }, token) {
  const headers = {
    authorization: `Bearer ${token}`,
    origin: 'http://localhost',
    'sec-fetch-site': 'same-origin',
  }
  const refused = await (await fetch(`${url}/transfer`, { headers })).json()
  const done = await fetch(url + refused.challengeUrl, {
    method: 'POST',
    headers,
    redirect: 'manual',
  })
  const device = done.headers.getSetCookie().find((cookie) => cookie.startsWith('__Host-device-'))
  return device.split(';')[0]
}

async function slice({ url }, cookie, next) {
  const result = await autocannon({
    url: `${url}/transfer`,
    connections: 32,
    duration: SECONDS,
    requests: [
      {
        setupRequest: (request) => ({
          ...request,
          headers: { authorization: `Bearer ${next()}`, cookie },
        }),
      },
    ],
  })
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} refused, ${result.errors} failed`)
  return result.requests.average
}

const servers = await Promise.all(['bare', 'countersign', 'express-oauth2-jwt-bearer'].map(start))
try {
  const warm = await tokens(1_000)
  const cookie = await rememberDevice(servers[1], warm[0])
  for (const [name, slices, pick] of [
    ['warm: 1,000 tokens', SLICES, () => warm[Math.floor(Math.random() * warm.length)]],
    ['cold: every token new', 3, undefined],
  ]) {
    const rates = new Map(servers.map(({ kind }) => [kind, []]))
    for (let i = 0; i < slices; i++) {
      for (const server of servers) {
        const fresh = pick === undefined ? await tokens(30_000) : undefined
        const next = pick ?? (() => fresh.pop() ?? warm[0])
        rates.get(server.kind).push(await slice(server, cookie, next))
      }
    }
    const bare = median(rates.get('bare'))
    table(
      `Express, HS256, ${name}`,
      [...rates].map(([server, all]) => ({
        server,
        'requests per second': Math.round(median(all)),
        'share of bare': median(all.map((rate, i) => rate / rates.get('bare')[i])).toFixed(2),
        'of the median': (median(all) / bare).toFixed(2),
      })),
    )
  }
} finally {
  for (const { child } of servers) child.kill()
  rmSync(directory, { recursive: true, force: true })
}
