// countersign test: which files it runs, what it tells, and how it ends.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCli, workspace } from './run-cli.ts'
import { SHOP } from './shop-policy.ts'

const FACTS = `facts:
  alice: { action: transfer.create, subject: alice, resource: { amount: 50 }, factors: [{ amr: [pwd], at: 1h ago }] }
`
const PASSES = `${FACTS}cases: [{ name: a password is not enough, facts: alice, expect: challenge }]\n`
const FAILS = `${FACTS}cases:
  - { name: a password is not enough, facts: alice, expect: challenge }
  - { name: small amounts <b>pass</b>, facts: alice, expect: opt-out, optOuts: [small-payment] }
`

async function shop(tests: string) {
  const space = await workspace()
  await writeFile(join(space.dir, 'shop.policy.yaml'), SHOP)
  await writeFile(join(space.dir, 'shop.policy-test.yaml'), tests)
  return space
}

describe('countersign test', () => {
  it('finds the tests of a folder, of a policy, or a file of them', async () => {
    const { dir, cli } = await shop(PASSES)
    await mkdir(join(dir, 'more/node_modules'), { recursive: true })
    await writeFile(join(dir, 'more/node_modules/a.policy-test.yaml'), 'not: read')
    await writeFile(join(dir, 'more/b.policy-test.yaml'), `policy: ../shop.policy.yaml\n${PASSES}`)
    expect(await cli('test')).toEqual({ exit: 0, out: '2 tests passed, 0 failed\n', err: '' })
    for (const named of ['more', 'shop.policy.yaml', 'shop.policy-test.yaml'])
      expect(await cli('test', named)).toMatchObject({ exit: 0, out: '1 test passed, 0 failed\n' })
  })

  it('tells of a failure where, what was expected, what came, and why', async () => {
    const { cli } = await shop(FAILS)
    const { exit, out } = await cli('test')
    expect(exit).toBe(1)
    expect(out).toBe(`shop.policy-test.yaml:5:5 failed: small amounts <b>pass</b>
  expected  opt-out by small-payment
  got       challenge by no opt-out
  why       challenge: money-out: The person has not proved enough: the level of assurance is below
            what the rule demands. remembered-device for money-out: This browser bears no remembered
            device. small-payment for money-out: The amount is larger than the opt-out allows at
            once.

1 test passed, 1 failed
`)
  })

  it('tells mistakes in the tests at their place', async () => {
    const { cli } = await shop(PASSES.replace('expect: challenge', 'expect: chalenge'))
    const { exit, out } = await cli('test')
    expect(exit).toBe(1)
    expect(out).toContain('shop.policy-test.yaml:3:65 error not_one_of cases[0].expect')
    expect(out).toContain('did you mean challenge?')
    expect(out).toContain('0 tests passed, 0 failed, 1 mistake in the tests')
  })

  it('tells what no test has seen', async () => {
    const { cli } = await shop(PASSES)
    const { exit, out } = await cli('test', '--coverage')
    expect(exit).toBe(0)
    expect(out).toContain('shop.policy.yaml: rules 3 of 11, opt-outs 2 of 4, conditions 2 of 4')
    expect(out).toContain('  never seen: rule money-out is met\n')
    expect(out).toContain('  never seen: opt-out small-payment holds\n')
    expect(out).toContain('  never seen: rule hot: risk.level == "HIGH" is true\n')
  })

  it('writes JUnit, in which nothing breaks out of its place', async () => {
    const { dir, cli } = await shop(FAILS)
    expect((await cli('test', '--junit', 'results.xml')).exit).toBe(1)
    const xml = await readFile(join(dir, 'results.xml'), 'utf8')
    expect(xml).toContain(
      '<testsuite name="shop.policy-test.yaml" tests="2" failures="1" errors="0">',
    )
    expect(xml).toContain('name="small amounts &lt;b&gt;pass&lt;/b&gt;"')
    expect(xml).toContain(
      '<failure message="expected opt-out by small-payment, got challenge by no opt-out">',
    )
    expect(xml.match(/<testcase/g)).toHaveLength(2)
  })

  it('writes one JSON document', async () => {
    const { cli } = await shop(FAILS)
    const { exit, out, err } = await cli('test', '--json')
    expect({ exit, err }).toEqual({ exit: 1, err: '' })
    expect(JSON.parse(out)).toMatchObject({
      passed: false,
      files: [
        {
          ...{ file: 'shop.policy-test.yaml', policy: 'shop.policy.yaml', problems: [] },
          results: [{ passed: true }, { passed: false, line: 5, got: { outcome: 'challenge' } }],
        },
      ],
      coverage: [{ policy: 'shop.policy.yaml' }],
    })
  })

  const bad = [
    { name: 'no tests', files: {}, line: ['test'], exit: 4, told: '.: there are no policy tests' },
    { name: 'no such folder', files: {}, line: ['test', 'x'], exit: 4, told: 'ENOENT' },
    {
      name: 'tests without a policy',
      files: { 'a.policy-test.yaml': PASSES },
      line: ['test'],
      exit: 4,
      told: 'no policy a.yaml or a.policy.yaml lies beside these tests',
    },
    {
      name: 'a policy with a mistake',
      files: { 'a.policy-test.yaml': PASSES, 'a.yaml': 'rules: 7\n' },
      line: ['test'],
      exit: 1,
      told: 'a.yaml has',
    },
    {
      name: 'a decision, and no data',
      files: {
        'a.policy-test.yaml': 'cases: [{ name: a, facts: { decision: d }, expect: pass }]',
        'a.yaml': SHOP,
      },
      line: ['test'],
      exit: 4,
      told: 'no app has kept anything here yet',
    },
  ]
  it.each(bad)('$name', async ({ files, line, exit, told }) => {
    const { dir, cli } = await workspace()
    for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text)
    const ran = await cli(...line)
    expect(ran).toMatchObject({ exit, out: '' })
    expect(ran.err).toContain(told)
  })

  it('runs again after each change, until it is stopped', async () => {
    const { dir } = await shop(PASSES)
    const stop = new AbortController()
    const steps = [
      () => writeFile(join(dir, 'shop.policy-test.yaml'), FAILS),
      () => writeFile(join(dir, 'shop.policy.yaml'), 'rules: 7\n'),
      () => writeFile(join(dir, 'shop.policy.yaml'), SHOP.replace('each: 30', 'each: 50')),
      async () => stop.abort(),
    ]
    // the watch begins once the run is over
    const next = () => void setTimeout(() => steps.shift()?.(), 300)
    const options = { stop: stop.signal, onOut: next, onErr: next }
    const { exit, out, err } = await runCli(dir, ['test', '--watch'], options)
    expect(exit).toBe(0)
    expect(err).toContain('shop.policy.yaml has')
    expect(out.match(/\d+ tests? passed, \d+ failed/g)).toEqual([
      '1 test passed, 0 failed',
      '1 test passed, 1 failed',
      '1 test passed, 1 failed',
    ])
    expect(out.slice(out.lastIndexOf('failed: '))).toMatch(/^failed: a password is not enough/)
  })
})
