import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defaultPolicyText } from '@countersign/policy'
import { describe, expect, it } from 'vitest'
import { workspace } from './run-cli.ts'
import { SHOP } from './shop-policy.ts'

const FILE = 'countersign.policy.yaml'

describe('init', () => {
  it('writes the default policy, which is fine, and says what to do next', async () => {
    const { dir, cli } = await workspace()
    const { exit, out } = await cli('init')
    expect(exit).toBe(0)
    expect(out).toContain(`Wrote ${FILE}`)
    expect(out).toContain(`countersign check ${FILE}`)
    expect(await readFile(join(dir, FILE), 'utf8')).toBe(defaultPolicyText)
    expect((await cli('check', FILE)).out).toContain(`${FILE} is fine: default, revision `)
  })

  it('leaves a file that is there alone, unless it is told otherwise', async () => {
    const { dir, cli } = await workspace()
    await writeFile(join(dir, FILE), 'mine')
    const { exit, out, err } = await cli('init')
    expect({ exit, out }).toEqual({ exit: 3, out: '' })
    expect(err).toContain(`${FILE} is there already, and was left alone`)
    expect(err).toContain('countersign init --force')
    expect(await readFile(join(dir, FILE), 'utf8')).toBe('mine')
    expect(await cli('init', '--force', '--json')).toEqual({
      exit: 0,
      out: `{\n  "file": "${FILE}"\n}\n`,
      err: '',
    })
    expect(await readFile(join(dir, FILE), 'utf8')).toBe(defaultPolicyText)
  })
})

describe('check', () => {
  const bad = SHOP.replace('maxAge: 15m', 'maxAge: 15 minutes').replace(
    'optOuts: [remembered-device, small-payment]',
    'optOut: [small-payment]',
  )

  it('tells every mistake with its place, what was found and what to write', async () => {
    const { dir, cli } = await workspace()
    await writeFile(join(dir, 'p.yaml'), bad)
    const { exit, out, err } = await cli('check', 'p.yaml')
    expect({ exit, err }).toEqual({ exit: 1, err: '' })
    const lines = out.trimEnd().split('\n')
    expect(lines.filter((line) => /^p\.yaml:19:\d+ error /.test(line))).toHaveLength(2)
    expect(out).toMatch(/rules\[1\]\.require\.maxAge: .*; found .*15 minutes.*; /)
    expect(out).toMatch(/rules\[1\]\.optOut: .*did you mean optOuts\?/)
    expect(lines.at(-1)).toMatch(/^\d errors, \d warnings?: this policy cannot be put in force\.$/)
  })

  it('gives the same as one document', async () => {
    const { dir, cli } = await workspace()
    await writeFile(join(dir, 'p.yaml'), bad)
    const { exit, out } = await cli('check', 'p.yaml', '--json')
    expect(exit).toBe(1)
    const { ok, problems } = JSON.parse(out)
    expect(ok).toBe(false)
    expect(problems).toContainEqual(
      expect.objectContaining({ line: 19, code: 'unknown_key', path: 'rules[1].optOut' }),
    )
  })

  it('says what a good policy comes to', async () => {
    const { dir, cli } = await workspace()
    await writeFile(join(dir, 'p.yaml'), SHOP)
    const { exit, out } = await cli('check', 'p.yaml')
    expect(exit).toBe(0)
    expect(out).toMatch(/^p\.yaml is fine: shop, revision [0-9a-f]{12}, 5 rules, 2 opt-outs\.$/m)
  })

  it.each([
    { name: 'no file', file: 'missing.yaml', told: ['missing.yaml', 'no such file'] },
    { name: 'a directory', file: 'folder', told: ['folder', 'a directory'] },
    { name: 'an empty file', file: 'empty.yaml', told: ['empty.yaml', 'an empty file'] },
    { name: 'no text', file: 'binary.yaml', told: ['binary.yaml', 'Save it as UTF-8.'] },
  ])('$name: ends with 4', async ({ file, told }) => {
    const { dir, cli } = await workspace()
    await mkdir(join(dir, 'folder'))
    await writeFile(join(dir, 'empty.yaml'), '\n')
    await writeFile(join(dir, 'binary.yaml'), new Uint8Array([0xff, 0xfe, 0x00]))
    const { exit, out, err } = await cli('check', file)
    expect({ exit, out }).toEqual({ exit: 4, out: '' })
    for (const part of told) expect(err).toContain(part)
  })

  it('does not let a policy drive the terminal', async () => {
    const { dir, cli } = await workspace()
    const hostile = '\u001b]0;owned\u0007\u009b31m\u202e'
    await writeFile(join(dir, 'p.yaml'), `countersign: 1\nname: x\n${JSON.stringify(hostile)}: 1\n`)
    const { exit, out } = await cli('check', 'p.yaml')
    expect(exit).toBe(1)
    // the long list of what may be written ends in a sign of ours
    expect(out).toMatch(/^[\x20-\x7e\n…]*$/)
  })
})

describe('types', () => {
  it("writes TypeScript for the policy's actions", async () => {
    const { dir, cli } = await workspace()
    await writeFile(join(dir, 'p.yaml'), SHOP)
    const { exit, out } = await cli('types', 'p.yaml')
    expect(exit).toBe(0)
    expect(out).toContain("'transfer.create': { amount: number; payee: string }")
    const written = await cli('types', 'p.yaml', '--out', 'countersign.d.ts')
    expect(written).toEqual({ exit: 0, out: '', err: 'Wrote countersign.d.ts.\n' })
    expect(await readFile(join(dir, 'countersign.d.ts'), 'utf8')).toBe(out)
  })

  it('for the package that the app depends on', async () => {
    const { dir, cli } = await workspace()
    await writeFile(join(dir, 'p.yaml'), SHOP)
    const { out } = await cli('types', 'p.yaml', '--module', '@countersign/express')
    expect(out).toContain(`import '@countersign/express'`)
    expect(out).toContain(`declare module '@countersign/express' {`)
    expect(out).not.toContain('@countersign/core')
  })

  it('tells the mistakes of a bad policy, and where a file cannot be written', async () => {
    const { dir, cli } = await workspace()
    await writeFile(join(dir, 'bad.yaml'), 'countersign: 1\n')
    const { exit, out, err } = await cli('types', 'bad.yaml')
    expect({ exit, out }).toEqual({ exit: 1, out: '' })
    expect(err).toMatch(/^countersign: bad\.yaml has \d mistakes?:\nbad\.yaml:1:1 error /)
    await writeFile(join(dir, 'p.yaml'), SHOP)
    const unwritable = await cli('types', 'p.yaml', '--out', 'no/such/folder.d.ts')
    expect(unwritable.exit).toBe(4)
    expect(unwritable.err).toContain('no/such/folder.d.ts')
  })
})
