import { existsSync } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCli, workspace } from './run-cli.ts'
import { SHOP } from './shop-policy.ts'

const NOTE = /^No app runs on .*: this command opens it itself\.\n$/

/** A directory in which a shop's policy and the default one were in force, in this order. */
async function twoPolicies() {
  const { dir, cli } = await workspace()
  await writeFile(join(dir, 'shop.yaml'), SHOP)
  await cli('init')
  await cli('activate', 'shop.yaml', '--why', 'first')
  await cli('activate', 'countersign.policy.yaml', '--why', 'second', '--by', 'bob')
  return { dir, cli }
}

describe('where no app runs', () => {
  it('activates, shows the history and rolls back, as the writer', async () => {
    const { dir, cli } = await workspace()
    await writeFile(join(dir, 'shop.yaml'), SHOP)
    await cli('init')
    const first = await cli('activate', 'shop.yaml', '--why', 'first')
    expect(first.exit).toBe(0)
    expect(first.out).toMatch(/^In force: shop, revision [0-9a-f]{12}, as activation 1:1\.$/m)
    expect(first.out).toContain('An app decides by it from its next start on.')
    expect(first.err).toMatch(NOTE)
    await cli('activate', 'countersign.policy.yaml', '--why', 'second', '--by', 'bob')
    expect((await cli('rollback', '--why', 'worse')).out).toContain('In force: shop')
    const { out } = await cli('history')
    const rows = out.split('\n').map((line) => line.split(/ {2,}/))
    expect(rows.slice(1, 4).map((row) => row.slice(0, 3))).toEqual([
      ['*', '1:3', 'shop'],
      ['', '1:2', 'default'],
      ['', '1:1', 'shop'],
    ])
    expect(rows.slice(1, 4).map((row) => row.slice(-2))).toEqual([
      ['ann', 'worse'],
      ['bob', 'second'],
      ['ann', 'first'],
    ])
    expect(out).toContain('Nothing is suspended.')
  })

  it('gives one document each with --json, and nothing else', async () => {
    const { cli } = await twoPolicies()
    const active = await cli('rollback', '--to', '1:1', '--recall', '--why', 'w', '--json')
    expect(active.err).toBe('')
    expect(JSON.parse(active.out)).toMatchObject({
      ...{ via: 'files', activation: '1:3', name: 'shop', kind: 'rollback', recall: true },
      ...{ inForce: true, by: 'ann', why: 'w', revision: expect.stringMatching(/^[0-9a-f]{64}$/) },
    })
    const { activations, suspensions } = JSON.parse((await cli('history', '--json')).out)
    expect(suspensions).toEqual([])
    expect(activations).toMatchObject([
      { activation: '1:3', inForce: true, recalled: false },
      { activation: '1:2', inForce: false, recalled: true },
      { activation: '1:1', inForce: false, recalled: false },
    ])
  })

  it('recalls an activation', async () => {
    const { cli } = await twoPolicies()
    const { exit, out } = await cli('recall', '1:1', '--why', 'too wide')
    expect({ exit, out }).toEqual({
      exit: 0,
      out: 'What was granted under activation 1:1 has ended.\n',
    })
    expect((await cli('history')).out).toMatch(/1:1 .* activate, recalled/)
  })

  it('suspends until a time, shows it, and resumes', async () => {
    const { cli } = await twoPolicies()
    const target = 'opt-out:remembered-device'
    const { exit, out } = await cli('suspend', target, '--until', '2099-12-01', '--why', 'theft')
    expect(exit).toBe(0)
    expect(out).toContain(`Suspended: ${target}, until 2099-12-02 00:00:00 UTC`)
    expect((await cli('history')).out).toMatch(
      /Suspended\n.*\nopt-out:remembered-device .* 2099-12-02 00:00:00 UTC {2}ann {2}theft\n/,
    )
    expect((await cli('resume', target, '--why', 'found')).out).toContain('no longer suspended')
    const again = await cli('resume', target, '--why', 'found')
    expect(again.exit).toBe(3)
    expect(again.err).toContain(`${target}: it is not suspended`)
  })

  it('says until when a suspension holds, where an earlier one lasts longer', async () => {
    const { cli } = await twoPolicies()
    const target = 'opt-out:remembered-device'
    await cli('suspend', target, '--why', '1')
    const { out } = await cli('suspend', target, '--until', '1h', '--why', '2')
    expect(out).toContain(`Suspended: ${target}, until: countersign resume ${target}`)
    expect(out).toContain('It was suspended for longer already')
    const again = await cli('suspend', target, '--until', '1h', '--why', '3', '--json')
    expect(JSON.parse(again.out)).toMatchObject({ suspended: target, until: null })
  })

  it('a rollback that has nowhere to go says why, and what to name', async () => {
    const { cli } = await twoPolicies()
    await cli('rollback', '--why', 'worse')
    const { exit, err } = await cli('rollback', '--why', 'worse still')
    expect(exit).toBe(3)
    expect(err).toContain(
      'There is no earlier activation: 1:3 rolled back to 1:1, and that chain of rollbacks ends with the first that is known. To put a later one in force again, name it: --to 1:2 (default). See history.',
    )
  })

  it('lists and revokes devices, and says where a name may be wrong', async () => {
    const { cli } = await twoPolicies()
    expect((await cli('devices', 'list', 'alice')).out).toBe('alice has no remembered device.\n')
    const { exit, out } = await cli('devices', 'revoke', 'alice', 'd1', '--why', 'lost')
    expect(exit).toBe(0)
    expect(out).toContain(
      'There was nothing to end: device d1 of alice is not trusted. Is the id right?',
    )
    expect((await cli('devices', 'revoke-all', 'alice', '--why', 'lost')).out).toBe(
      'alice had no remembered device. Is the subject right?\n',
    )
  })

  it('revokes what was trusted before a moment, and no moment that is still to come', async () => {
    const { cli } = await twoPolicies()
    const before = await cli('devices', 'revoke-before', '2026-11-01', '--why', 'theft')
    expect(before.out).toBe(
      'Revoked: every device that was trusted before 2026-11-01 00:00:00 UTC.\n',
    )
    expect((await cli('audit', 'tail')).out).toContain(
      "revoked everybody's devices from before 2026-11-01 00:00:00 UTC",
    )
    const later = await cli('devices', 'revoke-before', '2099-11-01', '--why', 'theft')
    expect(later.exit).toBe(3)
    expect(later.err).toContain('has to be a Date that is not still to come')
    const none = await cli('devices', 'revoke-before', 'yesterday', '--why', 'theft')
    expect(none.exit).toBe(2)
    expect(none.err).toContain('moment has to be a length of time or a date, got yesterday')
  })
})

describe('what is refused', () => {
  it.each([
    { line: ['rollback', '--to', '9:9'], told: '9:9: there is no such activation' },
    { line: ['rollback', '--to', 'x'], told: 'x: there is no such activation' },
    { line: ['recall', '7:1'], told: '7:1: there is no such activation' },
    { line: ['suspend', 'opt-out:none'], told: 'nothing of that name is in the policy' },
    { line: ['suspend', 'everything'], told: 'Write opt-outs, opt-out:<name>' },
    { line: ['suspend', 'opt-outs', '--until', '2020-01-01'], told: 'in the future' },
    { line: ['resume', 'opt-outs'], told: 'it is not suspended' },
  ])('$line: ends with 3 and changes nothing', async ({ line, told }) => {
    const { cli } = await twoPolicies()
    const before = (await cli('history')).out
    const { exit, out, err } = await cli(...line, '--why', 'x')
    expect({ exit, out }).toEqual({ exit: 3, out: '' })
    expect(err).toContain(told)
    expect((await cli('history')).out).toBe(before)
  })

  it('a policy with a mistake, before anything is opened', async () => {
    const { dir, cli } = await workspace()
    await writeFile(join(dir, 'bad.yaml'), SHOP.replace('acr: aal1,', 'acr: aal9,'))
    const { exit, err } = await cli('activate', 'bad.yaml', '--why', 'x')
    expect(exit).toBe(1)
    expect(err).toMatch(/bad\.yaml:\d+:\d+ error /)
    expect(existsSync(join(dir, '.countersign'))).toBe(false)
  })

  it('a policy that needs a detector which only the app can have', async () => {
    const { dir, cli } = await workspace()
    await writeFile(join(dir, 'p.yaml'), SHOP.replace('velocity: 1.5', 'impossible-travel: 1.5'))
    const { exit, err } = await cli('activate', 'p.yaml', '--why', 'x')
    expect(exit).toBe(3)
    expect(err).toContain('impossible-travel: a threat model counts this signal')
    expect(err).toContain('start the app and activate the policy then')
  })

  it('a reason that is too long to be kept', async () => {
    const { cli } = await twoPolicies()
    const { exit, err } = await cli('suspend', 'opt-outs', '--why', 'x'.repeat(501))
    expect(exit).toBe(3)
    expect(err).toContain('at most 500 characters')
  })
})

describe('a data directory that cannot be used', () => {
  it('is not made by a command that has nothing to put in it', async () => {
    for (const line of [
      ['history'],
      ['rollback', '--why', 'x'],
      ['suspend', 'opt-outs', '--why', 'x'],
      ['devices', 'list', 'alice'],
      ['audit', 'verify'],
      ['audit', 'tail'],
      ['explain', 'some-id'],
    ]) {
      const { dir, cli } = await workspace()
      const { exit, out, err } = await cli(...line)
      expect({ line, exit, out }).toEqual({ line, exit: 4, out: '' })
      expect(err).toContain('no app has kept anything here yet')
      expect(existsSync(join(dir, '.countersign'))).toBe(false)
    }
  })

  it('has no policy in force by itself', async () => {
    const { dir, cli } = await workspace()
    await mkdir(join(dir, '.countersign/feed'), { recursive: true, mode: 0o700 })
    await chmod(join(dir, '.countersign'), 0o700)
    expect((await cli('history')).out).toContain('No policy was ever in force.')
    expect((await cli('rollback', '--why', 'x')).err).toContain('There is no earlier activation')
    expect((await cli('history')).out).toContain('No policy was ever in force.')
  })

  it('is not opened to others', async () => {
    const { dir, cli } = await twoPolicies()
    await chmod(join(dir, '.countersign'), 0o755)
    const { exit, err } = await cli('history')
    expect(exit).toBe(4)
    expect(err).toContain('must not be open to other users')
    expect(err).toContain('chmod 700')
  })

  it("is not opened without the app's secret, which is taken from the environment", async () => {
    const { dir, cli } = await workspace()
    const env = { COUNTERSIGN_SECRET: 'the secret that the app is given by its author' }
    await cli('init')
    await runCli(dir, ['activate', 'countersign.policy.yaml', '--why', 'x'], { env })
    const without = await cli('history')
    expect(without.exit).toBe(4)
    expect(without.err).toContain('Set COUNTERSIGN_SECRET')
    expect((await runCli(dir, ['history'], { env })).exit).toBe(0)
    const verified = await runCli(dir, ['audit', 'verify'], { env })
    expect(verified.out).toContain('Its end verifies.')
    const unverified = (await cli('audit', 'verify')).out
    expect(unverified).not.toContain('The audit log is whole.')
    expect(unverified).toContain('Whether the last ones were cut off was not checked.')
    expect(unverified).toContain('set COUNTERSIGN_SECRET')
  })
})

it('does not let a reason drive the terminal or forge a row', async () => {
  const { dir, cli } = await workspace()
  await writeFile(join(dir, 'shop.yaml'), SHOP)
  const hostile = 'x\n*  9:9  evil\u001b[2J\u009b31m\u202e\ud800'
  await cli('activate', 'shop.yaml', '--why', hostile, '--by', hostile)
  for (const line of [
    ['history'],
    ['audit', 'tail'],
    ['history', '--json'],
    ['audit', 'tail', '--json'],
  ]) {
    const { out } = await cli(...line)
    expect(out).toMatch(/^[\x20-\x7e\n]*$/)
    expect(out).not.toMatch(/^\*? *9:9/m)
  }
  const { activations } = JSON.parse((await cli('history', '--json')).out)
  expect(activations[0].by).toBe('x\n*  9:9  evil\u001b[2J\u009b31m\u202e\ud800')
})

describe('a policy that is tried', () => {
  it('is watched, shown, and aborted', async () => {
    const { cli } = await twoPolicies()
    const tried = await cli('activate', 'shop.yaml', '--shadow', '--why', 'SEC-114')
    expect(tried.exit).toBe(0)
    expect(tried.out).toMatch(
      /^shop, revision [0-9a-f]{12}, as rollout 1:3: watched only, it decides nothing\.\nTo end it: countersign abort --why "…"\n$/,
    )
    expect((await cli('rollout')).out).toContain('shop, revision')
    expect((await cli('history')).out).toMatch(/Rollouts\n.*\n1:3 +shop .* shadow +tried now /)
    expect((await cli('abort', '--recall', '--why', 'enough')).out).toContain('aborted, recalled.')
    expect((await cli('rollout')).out).toContain('No policy is tried.')
    expect((await cli('history')).out).toMatch(/1:3 .* shadow +aborted, recalled /)
  })

  it('decides for a share, goes further in steps, is frozen, and is promoted', async () => {
    const { cli } = await twoPolicies()
    const { out } = await cli('activate', 'shop.yaml', '--percent', '10', '--why', 'w', '--json')
    expect(JSON.parse(out)).toMatchObject({
      ...{ via: 'files', rollout: '1:3', kind: 'percent', percent: 10, by: 'ann' },
      steps: [{ percent: 10 }],
    })
    const widened = await cli('widen', '--steps', '20%:90m,50:1d,100', '--why', 'w')
    expect(widened.out).toContain('decides for 20 % of the people.')
    expect(widened.out).toContain(
      'Steps: 20 % for 1 hour and 30 minutes, then 50 % for 1 day, then 100 %.',
    )
    expect(widened.out).toMatch(/The next step comes at .* UTC\./)
    expect((await cli('freeze', '--why', 'w')).out).toContain('no step comes by itself')
    const active = await cli('promote', '--why', 'w')
    expect(active.out).toMatch(/^In force: shop, revision [0-9a-f]{12}, as activation 1:6\.$/m)
    const tail = (await cli('audit', 'tail', '-n', '4')).out
    for (const words of [
      /tried shop, revision [0-9a-f]{12}, for 10 %/,
      /gave rollout 1:3 for 20, then 50, then 100 %/,
      /froze rollout 1:3/,
      /promoted rollout 1:3/,
    ])
      expect(tail).toMatch(words)
  })

  it.each([
    {
      name: 'a share that is none',
      line: ['--percent', 'ten'],
      exit: 2,
      code: 'percent_malformed',
    },
    { name: 'a share of nobody', line: ['--percent', '0'], exit: 3, code: 'steps_malformed' },
    { name: 'a step without time', line: ['--steps', '1,10'], exit: 2, code: 'steps_malformed' },
    {
      name: 'a last step with one',
      line: ['--steps', '1:1h,10:1d'],
      exit: 2,
      code: 'steps_malformed',
    },
    { name: 'steps that narrow', line: ['--steps', '10:1h,5'], exit: 3, code: 'steps_malformed' },
    { name: 'both', line: ['--percent', '1', '--steps', '1:1h,5'], exit: 2, code: 'one_of' },
    {
      name: 'a share of what is watched',
      line: ['--shadow', '--percent', '1'],
      exit: 2,
      code: 'one_of',
    },
  ])('is refused with $name', async ({ line, exit, code }) => {
    const { cli } = await twoPolicies()
    const ran = await cli('activate', 'shop.yaml', ...line, '--why', 'w', '--json')
    expect({ exit: ran.exit, out: ran.out }).toEqual({ exit, out: '' })
    expect(JSON.parse(ran.err.split('\n').at(-2) ?? '').error.code).toBe(code)
  })

  it.each([
    { line: ['widen', '--percent', '5'], exit: 3 },
    { line: ['widen'], exit: 2 },
    { line: ['freeze'], exit: 3 },
    { line: ['promote'], exit: 3 },
    { line: ['abort'], exit: 3 },
  ])('$line where nothing is tried ends with $exit', async ({ line, exit }) => {
    const { cli } = await twoPolicies()
    expect((await cli(...line, '--why', 'w')).exit).toBe(exit)
  })
})

describe('a policy that is proposed', () => {
  it('waits, is approved by somebody else, and shows both', async () => {
    const { cli } = await twoPolicies()
    const proposed = await cli('activate', 'shop.yaml', '--propose', '--why', 'SEC-114')
    expect(proposed.out).toMatch(
      /^Proposed: shop, revision [0-9a-f]{12}, as proposal 1:3\. Nothing changes until somebody else does/,
    )
    expect((await cli('history')).out).toMatch(/Waiting for a second person\n.*\n1:3 +shop /)
    const own = await cli('approve', '1:3', '--why', 'w')
    expect({ exit: own.exit, out: own.out }).toEqual({ exit: 3, out: '' })
    expect(own.err).toContain('ann proposed it, and somebody else has to approve it')
    const approved = await cli('approve', '1:3', '--why', 'read', '--by', 'bob')
    expect(approved.out).toMatch(/^In force: shop, /)
    expect((await cli('history')).out).toMatch(/\* +1:4 .* ann, approved by bob +SEC-114/)
  })

  it('as a rollout, and declined', async () => {
    const { cli } = await twoPolicies()
    const line = ['activate', 'shop.yaml', '--propose', '--percent', '5', '--why', 'w', '--json']
    expect(JSON.parse((await cli(...line)).out)).toMatchObject({
      ...{ proposal: '1:3', kind: 'percent', steps: [{ percent: 5 }] },
    })
    expect((await cli('decline', '1:3', '--why', 'w')).out).toBe('Declined: 1:3.\n')
    for (const command of ['approve', 'decline'])
      expect((await cli(command, '1:3', '--why', 'w', '--by', 'bob')).exit).toBe(3)
  })
})
