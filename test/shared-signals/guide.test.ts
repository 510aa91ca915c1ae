// The programs of the guide, against a transmitter and a receiver over HTTP.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { blocksOf } from '../readme/markdown-blocks.ts'
import { freePort, type RunningProgram, runProgram, untilListening } from '../readme/run-program.ts'
import { writeProgram } from '../readme/write-programs.ts'
import { type ReceivingApp, startReceivingApp } from './support/receiving-app.ts'
import { startTransmitter, type Transmitter } from './support/transmitter.ts'

const FILE = 'docs/shared-signals.md'
const [receive, ask, effect, tell, makeKey, tryBoth] = blocksOf(FILE).filter(
  ({ directive }) => directive?.kind === 'run by',
)
const quickly = { timeout: 30_000 }
const AUTHORIZATION = 'Bearer what-you-choose-for-the-stream'

let transmitter: Transmitter
let receiving: ReceivingApp | undefined
const running: RunningProgram[] = []
beforeAll(async () => {
  transmitter = await startTransmitter()
})
afterAll(async () => {
  await receiving?.stop()
  for (const one of running) await one.stop()
  await transmitter.stop()
})

async function start(
  block: typeof receive,
  addresses = {},
  port?: number,
): Promise<RunningProgram> {
  if (block === undefined) throw new Error(`${FILE} has another number of programs`)
  const program = await runProgram(writeProgram(block, addresses), port)
  running.push(program)
  return program
}

test('an account closes when the identity provider says so', async () => {
  const app = await untilListening(
    await start(receive, { 'https://idp.example': transmitter.issuer }),
  )
  const view = async (user: string): Promise<number> =>
    (await fetch(`${app.origin}/account`, { headers: { 'x-user': user } })).status
  expect(await view('alice')).toBe(200)
  const type = 'https://schemas.openid.net/secevent/risc/event-type/account-disabled'
  const pushed = await fetch(`${app.origin}/events`, {
    method: 'POST',
    headers: { authorization: AUTHORIZATION, 'content-type': 'application/secevent+jwt' },
    body: await transmitter.sign({ [type]: {} }),
  })
  expect(pushed.status).toBe(202)
  expect([await view('alice'), await view('bob')]).toEqual([403, 200])
  expect(app.log()).toContain(`${type} applied`)
})

test('a stream is asked for, and for a sign of life', async () => {
  const program = await start(ask, { 'https://idp.example': transmitter.issuer })
  expect(await program.ended, program.log()).toBe(0)
  expect(program.log()).toContain('stream s1 for https://shop.example')
  expect(transmitter.asked.map(({ path }) => path)).toEqual(['/stream', '/verify'])
  expect(transmitter.asked[0]?.body).toMatchObject({
    delivery: { endpoint_url: 'https://shop.example/events', authorization_header: AUTHORIZATION },
  })
})

test('an effect of one’s own is taken', async () => {
  const program = await start(effect)
  expect(await program.ended, program.log()).toBe(0)
})

test('what happens in one app is told to another', async () => {
  process.env['SIGNING_KEY'] = signingKey()
  const app = await untilListening(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: of the program
    await start(tell, { "'https://shop.example'": "`http://localhost:${process.env['PORT']}`" }),
  )
  receiving = await startReceivingApp({
    issuer: app.origin,
    audience: 'https://crm.example',
    algorithms: ['ES256'],
    poll: { url: `${app.origin}/ssf/poll`, authorization: 'Bearer what-crm-sends-to-poll' },
  })
  await receiving.receiver.start()
  expect((await fetch(`${app.origin}/disable/alice`, { method: 'POST' })).status).toBe(204)
  await expect.poll(() => receiving?.outcome(), quickly).toBe('deny')
})

test('both are tried on one machine, with the commands of the guide', async () => {
  process.env['SIGNING_KEY'] = signingKey()
  const port = await freePort()
  const from = `http://localhost:${port}`
  const receiver = await untilListening(
    await start(receive, {
      'https://idp.example': from,
      'https://shop.example': 'https://crm.example',
      RS256: 'ES256',
    }),
  )
  const push = `push: { url: '${receiver.origin}/events', authorization: '${AUTHORIZATION}' },`
  await untilListening(
    await start(
      tell,
      {
        "'https://shop.example'": `'${from}'`,
        "authorization: 'Bearer what-crm-sends-to-poll',": `authorization: 'Bearer what-crm-sends-to-poll', ${push}`,
      },
      port,
    ),
  )
  const code = (tryBoth?.code ?? '')
    .replaceAll('http://localhost:4000', from)
    .replaceAll('http://localhost:3000', receiver.origin)
  const [disable = '', look = ''] = code.split('\n')
  expect(run(disable).status).toBe(0)
  await expect.poll(() => receiver.log(), quickly).toContain('account-disabled applied')
  expect(run(look).stdout).toContain('"status":403')
})

function run(command: string, cwd = tmpdir()) {
  return spawnSync('bash', ['-c', command], { cwd, encoding: 'utf8' })
}

/** By the guide's own command. */
function signingKey(): string {
  const folder = mkdtempSync(join(tmpdir(), 'signing-key-'))
  expect(run(makeKey?.code ?? '', folder).stderr).toBe('')
  const key = readFileSync(join(folder, 'signing-key.json'), 'utf8')
  rmSync(folder, { recursive: true })
  return key
}
