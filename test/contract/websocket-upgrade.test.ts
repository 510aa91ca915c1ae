// WebSockets by ws beside an app on Express: who asks for one is decided before the handshake, by what the app's guard knows.
import { connect } from 'node:net'
import { createGuard, memoryBackend } from '@countersign/express'
import { createUpgradeGuard, type UpgradeGuard } from '@countersign/node'
import { contractAnswer, contractIdentity } from '@countersign/testing'
import express from 'express'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { scenario } from '../../packages/testing/src/guard-contract/contract-app.ts'
import { ticketOf } from '../../packages/testing/src/guard-contract/expect-reply.ts'
import { type Person, person } from '../../packages/testing/src/guard-contract/person.ts'
import { type Listening, listen } from './listen.ts'

let listening: Listening
let stop: () => Promise<void>
const origin = () => listening.origin

beforeAll(async () => {
  listening = await listen()
  const backend = memoryBackend()
  const common = {
    ...scenario({ login: true }).options,
    ...{ backend, publicOrigin: origin(), logger: { info() {}, warn() {}, error() {} } },
  }
  const guard = createGuard({ ...common, identity: (req) => contractIdentity(req.headers.cookie) })
  const app = express()
  app.use(express.urlencoded({ extended: false }))
  app.post('/step-up', async (req, res) => {
    if (!(await guard.challenge.open(req))) return void res.sendStatus(400)
    const proof = { factors: [{ method: 'otp' }], rememberDevice: true }
    await guard.challenge.complete(req, res, proof)
  })
  const upgrades = createUpgradeGuard({
    ...common,
    identity: (req) => contractIdentity(req.headers.cookie),
  })
  listening.server.on('request', app)
  listening.server.on('upgrade', upgradeOf(upgrades))
  stop = async () => {
    await listening.stop(guard)
    await upgrades.close()
  }
})
afterAll(() => stop())

function upgradeOf(guard: UpgradeGuard) {
  const sockets = new WebSocketServer({ noServer: true })
  const open = guard.routes((req, socket, head) =>
    sockets.handleUpgrade(req, socket, head, (ws) => {
      ws.on('message', (text) => ws.send(`echo ${text}`))
      ws.send(JSON.stringify(contractAnswer(guard.decision(req))))
    }),
  )
  const pay = guard.upgrade('transfer.create', open, {
    resource: (req) => Object.fromEntries(new URL(req.url ?? '', 'http://x').searchParams),
  })
  return ((req, socket, head) =>
    (req.url?.startsWith('/pay') ? pay : open)(req, socket, head)) as typeof open
}

interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** The first message, or the refusal; what was opened is asked for an echo, and closed. */
function ask(path: string, who?: Person, headers: Record<string, string> = {}): Promise<Answered> {
  const cookie = [...(who?.cookies ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
  const ws = new WebSocket(origin().replace('http', 'ws') + path, {
    headers: { origin: origin(), ...(cookie === '' ? {} : { cookie }), ...headers },
  })
  return new Promise((resolve, reject) => {
    let head: Answered['headers'] = {}
    const texts: string[] = []
    ws.on('error', reject)
    ws.on('upgrade', (res) => {
      head = res.headers
    })
    ws.on('unexpected-response', (_req, res) => {
      res.setEncoding('utf8').on('data', (text: string) => texts.push(text))
      res.on('end', () =>
        resolve({ status: res.statusCode ?? 0, headers: res.headers, text: texts.join('') }),
      )
    })
    ws.on('open', () => ws.send('hello'))
    ws.on('message', (text) => {
      texts.push(String(text))
      if (texts.length < 2) return
      expect(texts[1]).toBe('echo hello')
      ws.close()
      resolve({ status: 101, headers: head, text: texts[0] ?? '' })
    })
  })
}

const PAY = '/pay?payee=ACME&amount='

describe('a WebSocket', () => {
  test('that no route guards is opened undecided', async () => {
    const { status, text } = await ask('/free')
    expect([status, JSON.parse(text)]).toEqual([101, { id: 'none', outcome: 'undecided' }])
  })

  test('of somebody who meets the policy is opened', async () => {
    const alice = person(origin())
    const { status, text } = await ask('/every', alice)
    expect([status, JSON.parse(text)]).toMatchObject([
      101,
      { outcome: 'pass', subject: alice.subject },
    ])
  })

  test('of nobody is refused before the handshake', async () => {
    for (const path of ['/every', '/Every/', '/%65very', `${PAY}20`]) {
      const { status, headers, text } = await ask(path)
      expect([status, JSON.parse(text)]).toMatchObject([401, { code: 'sign_in_required' }])
      expect(headers).toMatchObject({
        'www-authenticate': 'Bearer',
        'cache-control': 'private, no-store',
        'content-type': 'application/problem+json',
        connection: 'close',
      })
    }
  })

  test('that needs more proof says where it is given, and opens once it was', async () => {
    const alice = person(origin())
    const { status, headers, text } = await ask(`${PAY}200`, alice)
    expect(status).toBe(401)
    expect(headers['www-authenticate']).toContain('insufficient_user_authentication')
    const ticket = ticketOf(JSON.parse(text).challengeUrl)
    expect((await alice.submit('/step-up', { ticket })).status).toBe(303)
    expect((await ask(`${PAY}200`, alice)).status).toBe(101)
  })

  test.each([
    { name: 'a page of our own', headers: {}, status: 101 },
    { name: 'another site', headers: { origin: 'https://evil.example' }, status: 401 },
    { name: 'a page of nobody knows where', headers: { origin: 'null' }, status: 401 },
  ])('of $name gets $status where an opt-out is needed', async ({ headers, status }) => {
    expect((await ask(`${PAY}20`, person(origin()), headers)).status).toBe(status)
  })

  test('takes the cookie of a device along, which it bound to a new login', async () => {
    const alice = person(origin())
    const ticket = ticketOf(JSON.parse((await ask(`${PAY}200`, alice)).text).challengeUrl)
    await alice.submit('/step-up', { ticket })
    const before = [...alice.cookies].find(([name]) => name.startsWith('__Host-device-'))
    alice.signIn()
    const opened = await ask(`${PAY}200`, alice)
    expect(JSON.parse(opened.text)).toMatchObject({
      outcome: 'opt-out',
      optOuts: ['remembered-device'],
    })
    const [line] = opened.headers['set-cookie'] ?? []
    const [name, value] = line?.split(';')[0]?.split('=') ?? []
    expect(name).toBe(before?.[0])
    expect(value).not.toBe(before?.[1])
    alice.cookies.set(name ?? '', value ?? '')
    const again = await ask(`${PAY}200`, alice)
    expect([again.status, again.headers['set-cookie']]).toEqual([101, undefined])
  })

  test('whose client hangs up while it is decided leaves the server standing', async () => {
    const slow = person(origin(), { delayMs: 50 })
    const socket = connect(Number(new URL(origin()).port), '127.0.0.1')
    const [login] = [...slow.cookies].map(([name, value]) => `${name}=${value}`)
    socket.write(
      `GET /every HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nCookie: ${login}\r\n\r\n`,
      () => socket.resetAndDestroy(),
    )
    expect((await ask('/every', slow)).status).toBe(101)
  })
})
