// Pushing to a receiver that is set up wrongly, overloaded or away: what it takes, refuses for good, and gets again.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createTransmitter, type EventTransmitter, type SigningKey } from '../src/index.ts'
import { type Instance, type Instances, openInstances } from './support/instances.ts'

interface Answer {
  readonly status: number
  readonly body?: object
  readonly headers?: Record<string, string>
}

let instances: Instances
let one: Instance
let server: Server
let transmitter: EventTransmitter
/** What the receiver answers, one after the other; then 202. */
let answers: Answer[]
let received: { readonly authorization: string | undefined; readonly jti: string }[]
let logged: string[]
beforeEach(async () => {
  answers = []
  received = []
  logged = []
  instances = openInstances()
  one = await instances.start()
  server = createServer(async (req, res) => {
    let jwt = ''
    for await (const part of req.setEncoding('utf8')) jwt += part
    const { jti } = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString())
    received.push({ authorization: req.headers.authorization, jti })
    const { status, body, headers } = answers.shift() ?? { status: 202 }
    res.writeHead(status, headers).end(body && JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const tell = (_: object, text: string) => void logged.push(text)
  transmitter = createTransmitter({
    guard: one.guard,
    issuer: 'https://shop.example',
    keys: { ...(await exportJWK(privateKey)), alg: 'ES256' } as SigningKey,
    streams: [
      {
        id: 'crm',
        audience: 'https://crm.example',
        authorization: 'Bearer what-crm-was-given',
        push: {
          url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
          authorization: async () => 'Bearer made-for-each',
        },
      },
    ],
    logger: { info: tell, warn: tell, error: tell },
  })
  await transmitter.start()
})
afterEach(async () => {
  await transmitter.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await instances.stop()
})

const happens = (subject = 'alice'): Promise<void> =>
  one.guard.credentialChanged(subject, 'deactivated')
const jtis = (): number => new Set(received.map(({ jti }) => jti)).size

it.each<[string, Answer]>([
  ['is overloaded', { status: 503, headers: { 'retry-after': '0' } }],
  ['does not know the credentials yet', { status: 400, body: { err: 'authentication_failed' } }],
  ['does not know the issuer yet', { status: 400, body: { err: 'invalid_issuer' } }],
  ['cannot have the keys', { status: 400, body: { err: 'invalid_key' } }],
  ['answers something else', { status: 404 }],
  ['sends it elsewhere', { status: 307, headers: { location: 'http://127.0.0.1:1/' } }],
])('a receiver that %s gets it again, under the same jti', async (_name, answer) => {
  answers = [answer]
  await happens()
  await expect.poll(() => received.length, { timeout: 20_000 }).toBe(2)
  expect(jtis()).toBe(1)
  expect(received.map(({ authorization }) => authorization)).toEqual(
    Array(2).fill('Bearer made-for-each'),
  )
  await expect
    .poll(() => logged, { timeout: 20_000 })
    .toEqual(['a receiver cannot be reached: it is tried again', 'a receiver answers again'])
})

it('what a receiver refuses for what it says is told once, and does not stand in the way', async () => {
  answers = [{ status: 400, body: { err: 'invalid_request', description: 'no' } }]
  await happens()
  await expect.poll(() => received.length, { timeout: 20_000 }).toBe(1)
  await happens('bob')
  await expect.poll(() => received.length, { timeout: 20_000 }).toBe(2)
  expect(jtis()).toBe(2)
  expect(logged).toEqual(['a receiver refused a security event: it is not sent again'])
})
