// What a candidate would have decided, and whether records follow from their facts: beside an app that made them.
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { openBrowser } from './support/browser.ts'
import { build, countersign, type Ran, workingDirectory } from './support/countersign.ts'
import { startApp } from './support/start-app.ts'

beforeAll(build)

const LIVE = `countersign: 1
name: live
actions: { transfer.create: { resource: { amount: { type: integer, minimum: 1 }, note: { type: string, maxLength: 40, masked: true } } } }
optOuts:
  small: { kind: allowance, of: resource.amount, each: 30, total: 60, count: 5, riskBelow: HIGH }
rules:
  - { id: money, actions: [transfer.create], require: { maxAge: 15m }, optOuts: [small] }
`
const STRICT = LIVE.replace('name: live', 'name: strict').replace('each: 30', 'each: 10')
const LOOSE = LIVE.replace('name: live', 'name: loose').replace('maxAge: 15m', 'maxAge: 12h')

/** Five transfers by alice (four go on by the allowance, one does not), of which the second was fraud; all of one day. */
async function recorded(): Promise<{ readonly cwd: string; cli(...line: string[]): Promise<Ran> }> {
  const cwd = await workingDirectory()
  for (const [name, text] of Object.entries({ LIVE, STRICT, LOOSE }))
    await writeFile(join(cwd, `${name.toLowerCase()}.yaml`), text)
  const app = await startApp(join(cwd, '.countersign'), { policy: join(cwd, 'live.yaml') })
  onTestFinished(() => app.stop())
  const alice = openBrowser(app.origin, 'alice')
  const ids: string[] = []
  for (const amount of [5, 20, 25, 31, 30]) {
    const { body } = await alice.transfer(amount)
    ids.push(String(body['id'] ?? body['decision']))
  }
  await app.feedback(ids[1] ?? '', 'fraud')
  await app.feedback(ids[3] ?? '', 'fraud')
  await app.feedback(ids[2] ?? '', 'legitimate')
  return { cwd, cli: (...line) => countersign(line, { cwd }) }
}

describe('countersign replay', () => {
  it('tells how many outcomes change and how, by action, opt-out and label, and fails over a share', async () => {
    const { cli } = await recorded()
    const strict = await cli('replay', 'strict.yaml', '--since', '1d', '--json')
    expect(strict).toMatchObject({ code: 0, err: '' })
    expect(JSON.parse(strict.out)).toMatchObject({
      ...{ decided: 5, changed: 3, kinds: { 'newly-challenged': 3 }, underivable: {} },
      actions: { 'transfer.create': { decided: 5, changed: 3 } },
      segments: { everyone: { decided: 5, changed: 3 } },
      optOuts: { small: { before: 4, after: 1, gained: 0, lost: 3 } },
      labelled: {
        fraud: { stopped: 1, wentOn: 0, newlyStopped: 1, newlyWentOn: 0 },
        legitimate: { stopped: 0, wentOn: 0, newlyStopped: 1, newlyWentOn: 0 },
      },
    })
    const words = await cli('replay', 'strict.yaml')
    expect(words.out).toContain('3 of 5 decisions change (60.00 %).')
    expect(words.out).toMatch(/Changes by day\n {2}\d{4}-\d\d-\d\d {2}█{40} {2}60\.00 % of 5\n/)
    expect(words.out).toContain('caught 1, missed 0, newly caught 1, newly missed 0')

    const same = await cli('replay', 'live.yaml')
    expect(same).toMatchObject({ code: 0, err: '' })
    expect(same.out).toContain('No outcome changes in 5 decisions.')
    expect(JSON.parse((await cli('replay', 'loose.yaml', '--json')).out)).toMatchObject({
      kinds: { 'newly-passed': 5 },
      labelled: { fraud: { newlyWentOn: 1, wentOn: 1 } },
    })
    expect((await cli('replay', 'strict.yaml', '--fail-over', '60%')).code).toBe(0)
    const over = await cli('replay', 'strict.yaml', '--fail-over', '0.5%')
    expect(over.code).toBe(1)
    expect(over.out).toContain('More than 0.5 % of the outcomes change')
  })

  it('counts apart what it cannot decide again: masked, or never recorded', async () => {
    const { cwd, cli } = await recorded()
    const reads = (what: string) =>
      LIVE.replace(
        'optOuts: [small] }',
        `optOuts: [small], when: '${what}' }\n  - { id: base, actions: [transfer.create], require: { maxAge: 12h } }`,
      )
    await writeFile(join(cwd, 'claims.yaml'), reads('subject.claims.role == "admin"'))
    const { out } = await cli('replay', 'claims.yaml', '--json')
    expect(JSON.parse(out)).toMatchObject({ decided: 0, underivable: { not_recorded: 5 } })
    expect((await cli('replay', 'claims.yaml')).out).toContain(
      'Not derivable: 5 (the candidate reads a fact that was not recorded).',
    )
  })

  it('tells what is wrong with its arguments, and what to write', async () => {
    const cwd = await workingDirectory()
    await writeFile(join(cwd, 'live.yaml'), LIVE)
    await writeFile(join(cwd, 'bad.yaml'), 'countersign: 1\n')
    await countersign(['activate', 'live.yaml', '--why', 'w'], { cwd })
    const cases: [line: string[], code: number, text: string][] = [
      [[], 2, '<candidate> is missing'],
      [['live.yaml', '--since', 'yesterday'], 2, '--since has to be a length of time or a date'],
      [['live.yaml', '--fail-over', '200%'], 2, '--fail-over has to be a share from 0% to 100%'],
      [['bad.yaml'], 1, 'bad.yaml has'],
      [['none.yaml'], 4, 'none.yaml'],
      [['live.yaml', '--data', 'nowhere'], 4, 'no app has kept anything here yet'],
    ]
    for (const [line, code, text] of cases) {
      const ran = await countersign(['replay', ...line], { cwd })
      expect({ line, code: ran.code, out: ran.out }).toEqual({ line, code, out: '' })
      expect(ran.err).toContain(text)
    }
  })
})

describe('countersign audit check', () => {
  it('says that each decision follows from its record, and finds one that does not', async () => {
    const { cwd, cli } = await recorded()
    const good = await cli('audit', 'check')
    expect(good).toEqual({ code: 0, out: '5 decisions follow from their records.\n', err: '' })

    const chain = join(cwd, '.countersign/audit/main')
    const [segment = ''] = await readdir(chain)
    const lines = (await readFile(join(chain, segment), 'utf8')).trimEnd().split('\n')
    const refused = lines.find((line) => line.includes('"outcome":"challenge"')) ?? ''
    await appendFile(
      join(chain, segment),
      `${refused.replace('"outcome":"challenge"', '"outcome":"pass"')}\n`,
    )
    const bad = await cli('audit', 'check', '--json')
    expect(bad.code).toBe(1)
    expect(JSON.parse(bad.out)).toMatchObject({
      ...{ ok: false, same: 5, others: 1 },
      other: [{ differs: ['outcome: the record says "pass", derived is "challenge"'] }],
    })
    expect((await cli('audit', 'check')).out).toContain('1 decision does not follow:')
  })
})
