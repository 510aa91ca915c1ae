// One app tells another over HTTP: pushed and polled, through an outage of the receiver and `kill -9` of the transmitter.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createStreamClient } from '@countersign/shared-signals'
import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleApp, type RunningApp, startApp } from '../chaos/run-app.ts'
import { freePort } from '../readme/run-program.ts'
import { type ReceivingApp, startReceivingApp } from './support/receiving-app.ts'

const folder = mkdtempSync(join(tmpdir(), 'countersign-transmitter-'))
const quickly = { timeout: 30_000 }
let origin: string
let start: () => Promise<RunningApp>
let transmitting: RunningApp
let pushed: ReceivingApp
let polled: ReceivingApp
let line: Server
/** Whether the line to the receiver that is pushed to is cut. */
let cut = false

beforeAll(async () => {
  const port = await freePort()
  origin = `http://localhost:${port}`
  const receiving = { issuer: origin, algorithms: ['ES256'] }
  pushed = await startReceivingApp(receiving)
  const authorization = 'Bearer what-the-stream-was-given to poll'
  polled = await startReceivingApp({
    ...receiving,
    poll: { url: `${origin}/ssf/poll`, authorization, every: 100 },
    verify: {
      client: createStreamClient({ issuer: origin, authorization }),
      streamId: 'polled',
      every: '1h',
    },
  })
  line = createServer(async (req, res) => {
    if (cut) return req.socket.destroy()
    let body = ''
    for await (const part of req.setEncoding('utf8')) body += part
    const reply = await pushed.push(body)
    res.writeHead(reply.status).end(await reply.text())
  })
  await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve))
  const url = `http://localhost:${(line.address() as AddressInfo).port}/events`
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = JSON.stringify({ ...(await exportJWK(privateKey)), alg: 'ES256' })
  const program = await bundleApp(folder, '../shared-signals/support/transmitting-app.ts')
  const key = Buffer.from(jwk).toString('base64')
  start = () => startApp(program, join(folder, 'data'), String(port), url, key)
  transmitting = await start()
})
afterAll(async () => {
  await transmitting?.kill()
  await polled?.stop()
  await pushed?.stop()
  await new Promise((resolve) => line.close(resolve))
  rmSync(folder, { recursive: true, force: true })
})

async function disable(user: string): Promise<void> {
  const reply = await fetch(`${origin}/disable/${user}`, { method: 'POST' })
  expect(reply.status).toBe(204)
}

const disabled = (app: ReceivingApp): number =>
  app.told.filter(([type, outcome]) => type.endsWith('account-disabled') && outcome === 'applied')
    .length

test('what one decides, the other knows: pushed, and polled with a sign of life', async () => {
  await polled.receiver.start()
  expect([await pushed.outcome(), await polled.outcome()]).toEqual(['opt-out', 'opt-out'])
  await disable('alice')
  await expect.poll(() => pushed.outcome(), quickly).toBe('deny')
  await expect.poll(() => polled.outcome(), quickly).toBe('deny')
  const types = (): readonly string[] => polled.told.map(([type]) => type)
  await expect.poll(types, quickly).toContainEqual(expect.stringMatching(/verification$/))
})

test('through an outage on one side and kill -9 on the other nothing is lost, and nothing counts twice', async () => {
  cut = true
  const before = disabled(pushed)
  await disable('bob')
  await expect.poll(() => transmitting.log(), quickly).toMatch(/a receiver cannot be reached/)
  await transmitting.kill()
  transmitting = await start()
  await disable('carol')
  expect(disabled(pushed)).toBe(before)
  cut = false
  await expect.poll(() => disabled(pushed), quickly).toBe(before + 2)
  await expect.poll(() => disabled(polled), quickly).toBe(3)
  // whatever is told more than once is known to have been
  expect(pushed.told.filter(([, outcome]) => !['applied', 'repeated'].includes(outcome))).toEqual(
    [],
  )
})
