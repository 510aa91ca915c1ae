// The command against an app that runs: what it was told holds for the app's next request.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defaultPolicyDocument } from '@countersign/policy'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { openBrowser } from './support/browser.ts'
import { build, countersign, type Ran, workingDirectory } from './support/countersign.ts'
import { type RunningApp, startApp } from './support/start-app.ts'

beforeAll(build)

const ALL_MAY = `countersign: 1
name: all-may
actions: any
rules:
  - { id: any-login, actions: ["*"], require: { maxAge: 12h } }
`

async function runningApp(): Promise<{
  readonly app: RunningApp
  readonly dir: string
  cli(...line: string[]): Promise<Ran>
}> {
  const dir = await workingDirectory()
  const app = await startApp(join(dir, '.countersign'), { policy: defaultPolicyDocument })
  onTestFinished(() => app.stop())
  await writeFile(join(dir, 'all-may.yaml'), ALL_MAY)
  return { app, dir, cli: (...line) => countersign(line, { cwd: dir }) }
}

async function done(ran: Promise<Ran>): Promise<Ran> {
  const { code, out, err } = await ran
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return { code, out, err }
}

describe('against a running app', () => {
  it('the request after activate and after rollback is decided by it, and its record says so', async () => {
    const { app, cli } = await runningApp()
    const alice = openBrowser(app.origin, 'alice')
    expect((await alice.transfer(1)).status).toBe(401)

    const active = await done(cli('activate', 'all-may.yaml', '--why', 'a calm day', '--json'))
    const { revision, via } = JSON.parse(active.out)
    expect(via).toBe('app')
    const passed = await alice.transfer(1)
    expect(passed).toMatchObject({ status: 200, body: { outcome: 'pass', revision } })

    const back = await done(cli('rollback', '--why', 'not so calm', '--json'))
    const refused = await alice.transfer(1)
    expect(refused.status).toBe(401)
    const earlier = JSON.parse(back.out).revision
    expect(earlier).not.toBe(revision)
    const tail = await done(cli('audit', 'tail', '-n', '1', '--json'))
    expect(JSON.parse(tail.out).entry).toMatchObject({
      ...{ type: 'decision', outcome: 'challenge', subject: 'alice' },
      ...{ revision: earlier, activation: '1:3' },
    })
    expect((await done(cli('audit', 'verify'))).out).toContain('The audit log is whole.')
  })

  it('explains a decision by the policy that made it, also once another is in force', async () => {
    const { app, cli } = await runningApp()
    const alice = openBrowser(app.origin, 'alice')
    await alice.transfer(1)
    await done(cli('activate', 'all-may.yaml', '--why', 'w'))
    const tail = await done(cli('audit', 'tail', '--subject', 'alice', '--json'))
    const { id } = JSON.parse(tail.out).entry
    const { out } = await done(cli('explain', id))
    const text = out.replaceAll(/\s+/g, ' ')
    for (const part of [
      'challenge transfer.create by alice',
      'alice has to step up, by proving a login or a completed challenge, at most 15 minutes old.',
      'under the policy default, revision ',
      'recent-login: The proof is older than the rule allows. None of its opt-outs holds.',
      'pwd, 1 hour before, by the login',
      'remembered-device, for recent-login: unknown, and does not hold. This browser bears no remembered device.',
    ])
      expect(text).toContain(part)
  })

  it.each([
    { name: 'revoked', take: (id: string) => ['devices', 'revoke', 'alice', id] },
    { name: 'revoked with all others', take: () => ['devices', 'revoke-all', 'alice'] },
    { name: 'revoked with everybody’s', take: () => ['devices', 'revoke-before', 'now'] },
    { name: 'suspended', take: () => ['suspend', 'opt-out:remembered-device'] },
    { name: 'recalled', take: () => ['recall', '1:1'] },
  ])('a device that was $name saves nobody from the next step-up', async ({ take }) => {
    const { app, cli } = await runningApp()
    const alice = openBrowser(app.origin, 'alice')
    const { body } = await alice.transfer(1)
    expect(await alice.stepUp(body['challengeUrl'] ?? '')).toBe(303)
    alice.loginAgain()
    expect((await alice.transfer(1)).body).toMatchObject({ outcome: 'opt-out' })
    const { devices } = JSON.parse((await done(cli('devices', 'list', 'alice', '--json'))).out)
    expect(devices).toHaveLength(1)
    const { id } = devices[0]
    expect((await done(cli('devices', 'list', 'alice'))).out).toContain(id)

    await done(cli(...take(id), '--why', 'w'))
    expect((await alice.transfer(1)).status).toBe(401)
  })

  it('a suspension that was lifted gives back what has not ended', async () => {
    const { app, cli } = await runningApp()
    const alice = openBrowser(app.origin, 'alice')
    const { body } = await alice.transfer(1)
    await alice.stepUp(body['challengeUrl'] ?? '')
    alice.loginAgain()
    await done(cli('suspend', 'opt-outs', '--until', '1h', '--why', 'w'))
    expect((await alice.transfer(1)).status).toBe(401)
    expect((await done(cli('history'))).out).toMatch(/Suspended\n.*\nopt-outs /)
    await done(cli('resume', 'opt-outs', '--why', 'w'))
    expect((await alice.transfer(1)).body).toMatchObject({ outcome: 'opt-out' })
  })

  it('is refused what the app refuses: an action that it guards would be uncovered', async () => {
    const { app, dir, cli } = await runningApp()
    await openBrowser(app.origin, 'alice').transfer(1)
    const other = ALL_MAY.replace('actions: any', 'actions: { other: {} }').replace('"*"', 'other')
    await writeFile(join(dir, 'other.yaml'), other)
    const { code, out, err } = await cli('activate', 'other.yaml', '--why', 'w')
    expect({ code, out }).toEqual({ code: 3, out: '' })
    expect(err).toContain('transfer.create: a running guard uses this action')
  })

  it('follows the audit log while the app writes it, and ends with Ctrl-C', async () => {
    const { app, dir } = await runningApp()
    const alice = openBrowser(app.origin, 'alice')
    await alice.transfer(1)
    let asked = false
    const line = ['audit', 'tail', '--follow', '--subject', 'alice']
    const { code, out } = await countersign(line, {
      cwd: dir,
      onOut(written, child) {
        const lines = written.split('\n').length - 1
        if (lines >= 2) child.kill('SIGINT')
        else if (!asked) {
          asked = true
          void alice.transfer(2)
        }
      },
    })
    expect(code).toBe(0)
    expect(out.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/decision {2}challenge {2}transfer\.create {2}alice/),
      expect.stringMatching(/decision {2}challenge {2}transfer\.create {2}alice/),
    ])
  })

  it('says what to do where it may not open the directory itself', async () => {
    const dir = await workingDirectory()
    const secret = 'the secret that the app is given by its author'
    const app = await startApp(join(dir, '.countersign'), { secret })
    expect((await countersign(['history'], { cwd: dir })).code).toBe(0)
    await app.stop()
    const without = await countersign(['history'], { cwd: dir })
    expect(without.code).toBe(4)
    expect(without.err).toContain('Set COUNTERSIGN_SECRET')
    const given = await countersign(['history'], { cwd: dir, env: { COUNTERSIGN_SECRET: secret } })
    expect(given.code).toBe(0)
    // the built-in policy was the app's own doing: the command has activated nothing
    expect(given.out.match(/activate/g)).toHaveLength(1)
    expect(await readFile(join(dir, '.countersign/secret'), 'utf8').catch(() => 'none')).toBe(
      'none',
    )
  })
})
