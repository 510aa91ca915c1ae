// countersign compare: what it tells, the facts that it writes, and how it ends.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { workspace } from './run-cli.ts'
import { SHOP } from './shop-policy.ts'

async function policies(change: (policy: string) => string) {
  const space = await workspace()
  await writeFile(join(space.dir, 'a.yaml'), SHOP)
  await writeFile(join(space.dir, 'b.yaml'), change(SHOP))
  return space
}

const withRule = (rule: string) => (policy: string) =>
  `${policy}  - { id: extra, actions: [transfer.create], ${rule} }\n`

const matching = withRule(`when: 'resource.payee.matches("^A")', require: { maxAge: 1m }`)

const longer = (policy: string) => policy.replace('overall: 30d', 'overall: 60d')

describe('countersign compare', () => {
  it('says that nothing differs, and that this is certain', async () => {
    const { cli } = await policies((policy) => `# the same\n${policy}`)
    expect(await cli('compare', 'a.yaml', 'b.yaml')).toEqual({
      exit: 0,
      out: 'No difference in 0 kinds of situations. The search is complete: there are no others.\n',
      err: '',
    })
  })

  it('tells who is newly waived and why, with facts that explain decides so', async () => {
    const { dir, cli } = await policies(longer)
    const { exit, out } = await cli('compare', 'a.yaml', 'b.yaml', '--out', 'differences')
    expect(exit).toBe(0)
    expect(out).toContain(
      'Newly waived: an opt-out stands in for a step-up\n  transfer.create, in ',
    )
    expect(out).toMatch(/live +challenge: money-out: /)
    expect(out).toContain(
      'candidate  opt-out by remembered-device: remembered-device for money-out',
    )
    expect(out).toContain('facts      differences/newly-waived-1.json\n')
    expect(out).toMatch(/1 difference in [\d,]+ kinds of situations\. The search is complete/)
    expect(await readdir(join(dir, 'differences'))).toEqual(['newly-waived-1.json'])
    const facts = 'differences/newly-waived-1.json'
    const outcomes = { 'a.yaml': 'challenge', 'b.yaml': 'opt-out' }
    for (const [policy, outcome] of Object.entries(outcomes)) {
      const ran = await cli('explain', '--facts', facts, '--policy', policy, '--json')
      expect(JSON.parse(ran.out)).toMatchObject({ outcome })
    }
  })

  it('writes the facts for each policy, where they do not declare the same attributes', async () => {
    const { dir, cli } = await policies((policy) =>
      withRule(`when: 'resource.note == "gift"', deny: true`)(
        policy.replace('payee: { type: string, maxLength: 64 }', 'note: { type: string }'),
      ),
    )
    const { out } = await cli('compare', 'a.yaml', 'b.yaml', '--out', 'd', '--json')
    const { differences } = JSON.parse(out)
    expect(differences).toContainEqual(expect.objectContaining({ kind: 'newly-denied' }))
    const read = async (name: string) => JSON.parse(await readFile(join(dir, 'd', name), 'utf8'))
    expect((await read('newly-denied-1.json')).resource).toMatchObject({ note: 'gift' })
    expect((await read('newly-denied-1.live.json')).resource).not.toHaveProperty('note')
    const live = await cli('explain', '--facts', 'd/newly-denied-1.live.json', '--policy', 'a.yaml')
    expect(live.out).toMatch(/^(pass|challenge|opt-out) /)
  })

  it('tells what was spent before, where only that tells the policies apart', async () => {
    const { cli } = await policies((policy) => policy.replace('count: 5', 'count: 9'))
    const { out } = await cli('compare', 'a.yaml', 'b.yaml', '--json')
    const { differences, complete } = JSON.parse(out)
    expect(complete).toBe(true)
    expect(differences).toMatchObject([
      { kind: 'newly-waived', facts: { spent: { 'small-payment': { count: 5 } } } },
    ])
  })

  it('says of which conditions only examples were tried', async () => {
    const { cli } = await policies(matching)
    const { out } = await cli('compare', 'a.yaml', 'b.yaml')
    expect(out).toContain('The search is not complete, so there may be others:')
    expect(out).toContain('Of resource.payee.matches("^A") only examples were tried')
  })

  const ends = [
    { name: 'a kind that is found', failOn: 'newly-denied,newly-waived', change: longer, exit: 1 },
    { name: 'a kind that is not', failOn: 'newly-passed', change: longer, exit: 0 },
    {
      name: 'an incomplete search that is complete',
      failOn: 'incomplete',
      change: longer,
      exit: 0,
    },
    {
      name: 'an incomplete search',
      failOn: 'incomplete',
      change: matching,
      exit: 1,
    },
  ]
  it.each(ends)('--fail-on $name ends with $exit', async ({ failOn, change, exit }) => {
    const { cli } = await policies(change)
    expect((await cli('compare', 'a.yaml', 'b.yaml', '--fail-on', failOn)).exit).toBe(exit)
  })

  it('compares with the policy in force', async () => {
    const { cli } = await policies(longer)
    expect(await cli('compare', 'live', 'b.yaml')).toMatchObject({ exit: 4 })
    await cli('activate', 'a.yaml', '--why', 'first')
    const { exit, out } = await cli('compare', 'live', 'b.yaml', '--json', '--out', 'd')
    expect(exit).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ differences: [{ kind: 'newly-waived' }] })
    const line = ['explain', '--facts', 'd/newly-waived-1.json', '--policy', 'live', '--json']
    expect(JSON.parse((await cli(...line)).out)).toMatchObject({ outcome: 'challenge' })
  })

  it('tells a misspelt kind, and a policy with a mistake', async () => {
    const { cli } = await policies(() => 'rules: 7\n')
    const misspelt = await cli('compare', 'a.yaml', 'b.yaml', '--fail-on', 'newly-waved')
    expect(misspelt).toMatchObject({ exit: 2, out: '' })
    expect(misspelt.err).toContain('Did you mean newly-waived?')
    expect(await cli('compare', 'a.yaml', 'b.yaml')).toMatchObject({ exit: 1, out: '' })
  })
})
