import { appendFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileBackend } from '@countersign/node'
import { describe, expect, it } from 'vitest'
import { runCli, workspace } from './run-cli.ts'

const LOG = '.countersign/audit/main/000000000001.ndjson'

/** An audit log of five changes. */
async function fiveRecords() {
  const { dir, cli } = await workspace()
  await cli('init')
  await cli('activate', 'countersign.policy.yaml', '--why', 'first')
  for (const why of ['a', 'b']) {
    await cli('suspend', 'opt-outs', '--why', why)
    await cli('resume', 'opt-outs', '--why', why)
  }
  return { dir, cli, log: join(dir, LOG) }
}

/** As an app keeps one: what is not kept is not worth a record when it is revoked. */
async function keepDevice(dir: string, subject: string, device: string): Promise<void> {
  const { store, close } = await fileBackend(dir).open({ secrets: [] })
  await store.write(['device', subject, device], {}, 'absent')
  await close()
}

describe('audit verify', () => {
  it('says that a whole log is whole, and how long it is', async () => {
    const { cli } = await fiveRecords()
    expect(await cli('audit', 'verify')).toEqual({
      exit: 0,
      out: 'The audit log is whole.\n  main: 5 records, the last is number 5. Its end verifies.\n',
      err: '',
    })
    expect(JSON.parse((await cli('audit', 'verify', '--json')).out)).toMatchObject({
      ok: true,
      chains: [{ chain: 'main', records: 5, endIs: 'verified', problems: [] }],
    })
  })

  it.each([
    {
      name: 'changed',
      tamper: (lines: string[]) => lines.map((line) => line.replace('"why":"a"', '"why":"z"')),
      told: 'record 2: changed:',
    },
    {
      name: 'removed',
      tamper: (lines: string[]) => lines.filter((_, index) => index !== 2),
      told: 'record 3: missing:',
    },
    {
      name: 'cut off',
      tamper: (lines: string[]) => lines.slice(0, 3),
      told: 'record 4: truncated: records 4 to 5 were cut off',
    },
  ])('finds a record that was $name, and ends with 1', async ({ tamper, told }) => {
    const { cli, log } = await fiveRecords()
    const lines = (await readFile(log, 'utf8')).trimEnd().split('\n')
    await writeFile(log, `${tamper(lines).join('\n')}\n`)
    const { exit, out } = await cli('audit', 'verify')
    expect(exit).toBe(1)
    expect(out).toContain('The audit log is not as it was written.')
    expect(out).toContain(told)
    expect((await cli('audit', 'verify', '--json')).exit).toBe(1)
  })
})

describe('audit verify, where files are gone', () => {
  it.each([
    { name: 'the log', paths: ['audit'], told: 'records 1 to 5 were cut off' },
    { name: 'its files', paths: ['audit/main'], told: 'records 1 to 5 were cut off' },
    { name: 'the log and all ends', paths: ['audit', 'ends'], told: 'The audit log is gone.' },
  ])('ends with 1 without $name', async ({ paths, told }) => {
    const { dir, cli } = await fiveRecords()
    for (const path of paths) await rm(join(dir, '.countersign', path), { recursive: true })
    const { exit, out } = await cli('audit', 'verify')
    expect(exit).toBe(1)
    expect(out).toContain(told)
  })

  it('tells of one record as of one', async () => {
    const { cli, log } = await fiveRecords()
    const lines = (await readFile(log, 'utf8')).trimEnd().split('\n')
    await writeFile(log, `${lines.slice(0, 4).join('\n')}\n`)
    expect((await cli('audit', 'verify')).out).toContain(
      'record 5: truncated: record 5 was cut off\n',
    )
  })
})

describe('audit tail', () => {
  it('shows the last records, a line each', async () => {
    const { cli } = await fiveRecords()
    const { exit, out } = await cli('audit', 'tail', '-n', '2')
    expect(exit).toBe(0)
    expect(out.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/ UTC {2}change {2}suspended opt-outs, as change 1:4 {2}by ann: b$/),
      expect.stringMatching(/ UTC {2}change {2}resumed opt-outs, as change 1:5 {2}by ann: b$/),
    ])
    expect((await cli('audit', 'tail')).out.trimEnd().split('\n')).toHaveLength(5)
    expect((await cli('audit', 'tail', '-n', '0')).out).toBe('')
  })

  it.each([
    {
      line: ['recall', '1:1'],
      told: /change {2}recalled activation 1:1, as change 1:6 {2}by ann: w\n/,
    },
    {
      line: ['rollback', '--to', '1:1', '--recall'],
      told: /change {2}rolled back to activation 1:1, recalling what was granted since, as change 1:6 /,
    },
    {
      line: ['suspend', 'opt-outs', '--until', '2099-12-01'],
      told: /change {2}suspended opt-outs until 2099-12-02 00:00:00 UTC, as change 1:6 /,
    },
  ])('tells $line in words', async ({ line, told }) => {
    const { cli } = await fiveRecords()
    await cli(...line, '--why', 'w')
    expect((await cli('audit', 'tail', '-n', '1')).out).toMatch(told)
    expect((await cli('audit', 'tail')).out).toMatch(
      /change {2}activated default, revision [0-9a-f]{12}, as change 1:1 {2}by ann: first\n/,
    )
  })

  it('gives whole records as lines of JSON', async () => {
    const { cli, log } = await fiveRecords()
    const { out } = await cli('audit', 'tail', '--json')
    expect(out).toBe(await readFile(log, 'utf8'))
  })

  it('shows only those that are asked for', async () => {
    const { dir, cli } = await fiveRecords()
    const id = 'Vn3xJ0bS1mQe9rT5uYw7Zg'
    await keepDevice(join(dir, '.countersign'), 'alice', id)
    await cli('devices', 'revoke', 'alice', id, '--why', 'lost')
    expect((await cli('audit', 'tail', '--subject', 'alice')).out).toMatch(
      /^.* device {2}alice {2}revoked {2}device Vn3xJ0bS1mQe9rT5uYw7Zg {2}by ann: lost\n$/,
    )
    expect((await cli('audit', 'tail', '--subject', 'bob')).out).toBe('')
  })

  it('follows until it is ended', async () => {
    const { dir, cli, log } = await fiveRecords()
    const lines = (await readFile(log, 'utf8')).trimEnd().split('\n')
    const stop = new AbortController()
    const told: string[] = []
    const following = runCli(dir, ['audit', 'tail', '-f', '-n', '1', '--json'], {
      stop: stop.signal,
      onOut(text) {
        told.push(text)
        if (told.length === 1) void cli('suspend', 'opt-outs', '--why', 'c')
        else stop.abort()
      },
    })
    expect((await following).exit).toBe(0)
    expect(told.map((text) => JSON.parse(text).entry.why)).toEqual(['b', 'c'])
    expect(told[0]).toBe(`${lines.at(-1)}\n`)
  })

  it('passes over a line that is no record', async () => {
    const { cli, log } = await fiveRecords()
    await appendFile(log, 'not a record\n')
    expect((await cli('audit', 'tail')).out.trimEnd().split('\n')).toHaveLength(5)
  })
})
