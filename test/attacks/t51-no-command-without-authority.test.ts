// T51: a console's or a command's action that nobody was asked for, that another site had a browser do, or that wrote back
// what it was given. Commands come by a socket that only the owner of the data may write to, and never over HTTP; what pages
// write back is escaped; forms of other sites do nothing.
import { statSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCli } from '../../packages/cli/test/run-cli.ts'
import { type AttackedShop, forEachShop } from './support/shops.ts'
import { REMEMBERED } from './support/visitor.ts'

const COMMANDS = [
  'suspend',
  'resume',
  'activate',
  'rollback',
  'recall',
  'revoke',
  'health',
  'history',
]
const SCRIPT = '"\'><script>alert(1)</script><img src=x onerror=alert(1)>'
const CROSS_SITE = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }

forEachShop((shop) => {
  describe('T51: an operator’s command', () => {
    test('comes by a socket that only the owner of the data may write to', () => {
      expect(modeOf(shop.dataDirectory)).toBe(0o700)
      expect(modeOf(join(shop.dataDirectory, 'control.sock'))).toBe(0o600)
    })

    test.each(COMMANDS)('%s is nothing that HTTP can say', async (command) => {
      const before = await shop.operate('history')
      const alice = shop.visitor()
      await alice.signIn(USERS[COMMANDS.indexOf(command) % USERS.length] ?? 'alice')
      const json = {
        target: 'opt-out:remembered-device',
        by: 'eve',
        why: 'an attack',
        command,
        args: {},
      }
      for (const path of [
        command,
        `countersign/${command}`,
        `operator/${command}`,
        `console/${command}`,
        `healthz/${command}`,
      ]) {
        const reply = await alice.fetchJson(`/${path}`, { json })
        expect([403, 404, 405], `${path}: ${reply.status}`).toContain(reply.status)
      }
      expect(await shop.operate('history')).toEqual(before)
    })

    test('is not one where a browser was made to write to the socket', async () => {
      const before = await shop.operate('history')
      const body = JSON.stringify({
        id: 1,
        command: 'suspend',
        args: { target: 'opt-out:remembered-device', by: 'eve', why: 'a form of another site' },
      })
      const said = await writeTo(
        join(shop.dataDirectory, 'control.sock'),
        `POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n\r\n${body}\n`,
      )
      // the first line is no message: whatever comes after it is not read any more
      expect(said).toContain('"code":"bad_request"')
      expect(said).not.toContain('"ok":true')
      expect(await shop.operate('history')).toEqual(before)
    })

    test('writes nothing to a terminal that it was given by others', async () => {
      const line = ['suspend', `opt-out:\u001b[2J${SCRIPT}`, '--why', 'an attack']
      const { exit, out, err } = await runCli('.', line, {
        env: { COUNTERSIGN_DATA: shop.dataDirectory },
      })
      expect(exit).not.toBe(0)
      expect(out + err).not.toContain('\u001b[2J')
    })
  })

  test('T51: a form of another site neither completes, revokes, nor spends', async () => {
    const bob = shop.visitor()
    await bob.beRemembered('bob')
    const listed = async () =>
      (
        (await (await bob.fetchJson('/devices')).json()) as {
          readonly devices: readonly { readonly id: string }[]
        }
      ).devices.map(({ id }) => id)
    const devices = await listed()
    expect(devices.length).toBeGreaterThan(0)
    const ticket = await bob.challengedForKey()
    const code = await bob.code('bob')
    const done = await bob.submit('/step-up', { ticket, code }, { headers: CROSS_SITE })
    expect([400, 403]).toContain(done.status)
    const given = done.headers.getSetCookie().filter((line) => !/max-age=0/i.test(line))
    expect(given.filter((line) => /^__Host-(evidence|device)/.test(line))).toEqual([])
    const small = await bob.submit(
      '/transfer',
      { amount: '20', payee: 'EVE' },
      { headers: CROSS_SITE },
    )
    expect(small.status).toBe(303)
    for (const id of devices) await bob.submit(`/devices/${id}/revoke`, {}, { headers: CROSS_SITE })
    expect(await listed()).toEqual(devices)
    expect(await bob.transfer(200)).toEqual(REMEMBERED)
  })

  test('T51: nothing that a client sends is written back unescaped', async () => {
    const carol = shop.visitor()
    await carol.signIn('carol')
    const ticket = await carol.challenged()
    const q = encodeURIComponent(SCRIPT)
    const replies = [
      ...[
        `/${q}`,
        `/account/${q}`,
        `/account?x=${q}`,
        `/login?user=${q}&returnTo=${q}`,
        `/devices?x=${q}`,
      ].map((path) => carol.navigate(path)),
      ...[
        `/step-up?ticket=${q}`,
        `/step-up?ticket=${ticket}&returnTo=${q}`,
        `/demo/authenticator?user=${q}`,
      ].map((path) => carol.navigate(path, { headers: { 'user-agent': SCRIPT, referer: SCRIPT } })),
      carol.submit('/login', { user: SCRIPT, password: SCRIPT }),
      carol.submit('/step-up', { ticket, code: SCRIPT, returnTo: SCRIPT }),
      carol.submit('/transfer', { amount: SCRIPT, payee: SCRIPT }),
      carol.submit('/api-keys', { name: SCRIPT }),
      carol.submit(`/devices/${q}/revoke`, { x: SCRIPT }),
      carol.fetchJson('/transfer', { json: { amount: 20, payee: SCRIPT } }),
    ]
    for (const reply of await Promise.all(replies)) {
      const text = await reply.text()
      if (reply.headers.get('content-type')?.includes('html'))
        expect(text).not.toContain('<script>alert')
      expect(reply.headers.get('location') ?? '').not.toMatch(/[<>"]/)
    }
    // what it is asked to confirm is shown
    await carol.submit('/transfer', { amount: '200', payee: SCRIPT })
    const page = await carol.navigate(`/step-up?ticket=${await challengedWith(carol)}`)
    const text = await page.text()
    expect(text).not.toContain('<script>alert')
  })
})

const USERS = ['alice', 'bob', 'carol'] as const

async function challengedWith(visitor: ReturnType<AttackedShop['visitor']>): Promise<string> {
  const reply = await visitor.submit('/transfer', { amount: '200', payee: SCRIPT })
  return new URL(reply.headers.get('location') ?? '', 'http://x').searchParams.get('ticket') ?? ''
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777
}

function writeTo(path: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    let said = ''
    socket.setEncoding('utf8').on('data', (part: string) => {
      said += part
    })
    socket.once('error', reject)
    socket.once('close', () => resolve(said))
    socket.write(text)
  })
}
