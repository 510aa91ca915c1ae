// T49: a changed, removed, swapped or truncated record is found, with its position.
import { readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRecorder, systemClock } from '@countersign/core'
import { fileBackend, verifyAuditDirectory } from '@countersign/node'
import { describe, expect, it } from 'vitest'
import { temporaryDirectory } from './temporary-directory.ts'

const SECRETS = ['a secret of the tests']

async function append(dir: string, ids: string[], secrets: readonly string[] = SECRETS) {
  const backend = await fileBackend(dir).open({ secrets })
  const warnings = () => backend.warnings?.() ?? []
  const recorder = createRecorder({
    audit: backend.audit,
    chain: 'main',
    clock: systemClock,
    onError: (error) => {
      throw error
    },
  })
  for (const id of ids) await recorder.record({ type: 'decision', at: 1, id })
  await recorder.close()
  const told = warnings()
  await backend.close()
  return told
}

async function written(): Promise<{ dir: string; log: string; end: string }> {
  const dir = await temporaryDirectory()
  await append(dir, ['a', 'b', 'c', 'd', 'e', 'f'])
  return {
    dir,
    log: join(dir, 'audit/main/000000000001.ndjson'),
    end: join(dir, 'ends/audit-main'),
  }
}

async function problems(dir: string, secrets: readonly string[] = SECRETS): Promise<string[]> {
  const { ok, chains } = await verifyAuditDirectory(dir, secrets)
  const told = chains.flatMap((chain) => chain.problems.map(({ kind, seq }) => `${kind} ${seq}`))
  expect(ok).toBe(told.length === 0)
  return told
}

type Lines = (lines: string[]) => string[]

describe('verifyAuditDirectory', () => {
  it('finds nothing in a whole log, and counts', async () => {
    const { dir } = await written()
    const { ok, chains } = await verifyAuditDirectory(dir, SECRETS)
    expect(ok).toBe(true)
    expect(chains).toMatchObject([
      { chain: 'main', records: 6, end: { seq: 6 }, endIs: 'verified' },
    ])
  })

  it('finds nothing in an empty directory', async () => {
    expect(await verifyAuditDirectory(await temporaryDirectory(), SECRETS)).toEqual({
      ok: true,
      chains: [],
      gone: false,
    })
  })

  it.each<{ name: string; change: Lines; expected: string[] }>([
    {
      name: 'changed',
      change: (lines) => lines.with(2, (lines[2] as string).replace('"id":"c"', '"id":"x"')),
      expected: ['changed 3'],
    },
    { name: 'removed', change: (lines) => lines.toSpliced(2, 1), expected: ['missing 3'] },
    {
      name: 'swapped',
      change: (lines) => lines.with(2, lines[3] as string).with(3, lines[2] as string),
      expected: ['missing 3', 'out_of_order 3'],
    },
    { name: 'cut off', change: (lines) => lines.slice(0, 4), expected: ['truncated 5'] },
    {
      name: 'made unreadable',
      change: (lines) => lines.with(2, 'moon'),
      expected: ['unlinked 3', 'changed 3', 'unlinked 4'],
    },
  ])('finds a record that was $name', async ({ change, expected }) => {
    const { dir, log } = await written()
    const lines = (await readFile(log, 'utf8')).trimEnd().split('\n')
    await writeFile(log, `${change(lines).join('\n')}\n`)
    expect(await problems(dir)).toEqual(expected)
  })

  it('finds a log that was removed', async () => {
    const { dir, log } = await written()
    await rm(log)
    expect(await problems(dir)).toEqual(['truncated 1'])
  })

  it('finds a log that was removed with its directories: its end knows how long it was', async () => {
    const { dir } = await written()
    await rm(join(dir, 'audit'), { recursive: true })
    const { ok, chains } = await verifyAuditDirectory(dir, SECRETS)
    expect(ok).toBe(false)
    expect(chains).toMatchObject([
      { chain: 'main', records: 0, problems: [{ text: 'records 1 to 6 were cut off' }] },
    ])
    const told = await append(dir, [])
    expect(told).toEqual([expect.stringContaining('lost records 1 to 6')])
  })

  it('a log that is gone with its end shows against a feed that was changed', async () => {
    const { dir } = await written()
    await rm(join(dir, 'audit'), { recursive: true })
    await rm(join(dir, 'ends/audit-main'))
    expect((await verifyAuditDirectory(dir, SECRETS)).gone).toBe(false)
    const backend = await fileBackend(dir).open({ secrets: SECRETS })
    const data = { kind: 'suspend', target: 'opt-outs' } as const
    await backend.feed.append({ id: 'x', at: 1, by: 'ann', why: 'y', topic: 'switch', data })
    await backend.close()
    expect(await verifyAuditDirectory(dir, SECRETS)).toEqual({ ok: false, chains: [], gone: true })
  })

  it('a cut tail stays visible after the app went on writing', async () => {
    const { dir, log } = await written()
    const lines = (await readFile(log, 'utf8')).trimEnd().split('\n')
    await writeFile(log, `${lines.slice(0, 4).join('\n')}\n`)
    const warnings = await append(dir, ['g', 'h'])
    expect(warnings).toEqual([expect.stringContaining('lost records 5 to 6')])
    expect(await problems(dir)).toEqual(['missing 5'])
  })

  it('an end that was removed shows, also after the app began it anew', async () => {
    const { dir, end } = await written()
    await rm(end)
    expect(await problems(dir)).toEqual(['end_missing 6'])
    await append(dir, ['g'])
    expect(await problems(dir)).toEqual(['end_begun_anew 6'])
    await append(dir, ['h'])
    expect(await problems(dir)).toEqual(['end_begun_anew 6'])
  })

  it('an end that was forged for a cut log shows', async () => {
    const { dir, end, log } = await written()
    const other = await temporaryDirectory()
    await append(other, ['a', 'b', 'c'], ['another secret'])
    await writeFile(end, await readFile(join(other, 'ends/audit-main')))
    await writeFile(log, await readFile(join(other, 'audit/main/000000000001.ndjson')))
    expect(await problems(dir)).toEqual(['end_unverified 3'])
    await append(dir, ['d'])
    expect(await problems(dir)).toEqual(['end_begun_anew 3'])
  })

  it('an older end than the last is enough to go on, none of its slots can be played against the other', async () => {
    const { dir, end } = await written()
    const bytes = await readFile(end)
    await writeFile(end, Buffer.concat([bytes.subarray(0, 512), Buffer.alloc(512)]))
    expect(await problems(dir)).toEqual([])
    await append(dir, ['g'])
    expect(await problems(dir)).toEqual([])
  })

  it('a rotated secret verifies what the older one made', async () => {
    const { dir } = await written()
    await append(dir, ['g'], ['a new secret', ...SECRETS])
    expect(await problems(dir, ['a new secret'])).toEqual([])
  })

  it('uses the secret of the directory where none is given, and says where there is none', async () => {
    const made = await temporaryDirectory()
    await append(made, ['a'], [])
    expect((await verifyAuditDirectory(made)).chains).toMatchObject([{ endIs: 'verified' }])
    const { dir, log } = await written()
    expect((await verifyAuditDirectory(dir)).chains).toMatchObject([
      { endIs: 'not_checked', problems: [] },
    ])
    await truncate(log, 0)
    expect(await problems(dir, [])).toEqual(['truncated 1'])
  })

  it('can be asked while an app writes', async () => {
    const { dir } = await written()
    const writing = append(
      dir,
      Array.from({ length: 300 }, (_, n) => `n${n}`),
    )
    let asked = 0
    let done = false
    writing.then(() => {
      done = true
    })
    while (!done) {
      expect(await problems(dir)).toEqual([])
      asked += 1
    }
    await writing
    expect(asked).toBeGreaterThan(3)
  })

  it('a torn last line, and garbage that a loss of power left behind it, are repaired at the opening', async () => {
    const { dir, log } = await written()
    await writeFile(log, `\u0000\u0000\u0000\n{"chain":"main","se`, { flag: 'a' })
    expect(await append(dir, ['g'])).toEqual([])
    expect(await problems(dir)).toEqual([])
    expect((await verifyAuditDirectory(dir, SECRETS)).chains[0]?.records).toBe(7)
  })
})
