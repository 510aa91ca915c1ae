// T49: a record that was changed, removed, swapped or cut off in the files of a stopped shop, by somebody who has the disk
// but not the secret, is found by `audit verify`, with its position; also where all hashes were worked out anew.
import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashedText } from '@countersign/core'
import { verifyAuditDirectory } from '@countersign/node'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { runCli } from '../../packages/cli/test/run-cli.ts'
import { SHOPS, startShop } from '../support/start-shop.ts'
import { visitor } from './support/visitor.ts'

type Lines = readonly string[]
interface Tampering {
  readonly name: string
  change(lines: Lines): Lines
  /** Kind and position of the first finding, counted from the number of records. */
  found(count: number): readonly [kind: string, seq: number]
}

const TAMPERINGS: readonly Tampering[] = [
  {
    name: 'an outcome was changed',
    change: (lines) =>
      lines.with(
        2,
        edited(lines[2], (entry) => ({ ...entry, outcome: 'challenge' })),
      ),
    found: () => ['changed', 3],
  },
  {
    name: 'a subject was changed',
    change: (lines) =>
      lines.with(
        3,
        edited(lines[3], (entry) => ({ ...entry, subject: 'mallory' })),
      ),
    found: () => ['changed', 4],
  },
  {
    name: 'the time of the first record was changed',
    change: (lines) =>
      lines.with(
        0,
        edited(lines[0], (entry) => ({ ...entry, at: 1 })),
      ),
    found: () => ['changed', 1],
  },
  {
    name: 'a word was added to the last record',
    change: (lines) =>
      lines.with(
        -1,
        edited(lines.at(-1), (entry) => ({ ...entry, note: 'x' })),
      ),
    found: (count) => ['changed', count],
  },
  {
    name: 'the first record was removed',
    change: (lines) => lines.slice(1),
    found: () => ['missing', 1],
  },
  {
    name: 'a record was removed',
    change: (lines) => lines.toSpliced(4, 1),
    found: () => ['missing', 5],
  },
  {
    name: 'two records were removed',
    change: (lines) => lines.toSpliced(2, 2),
    found: () => ['missing', 3],
  },
  {
    name: 'two records were swapped',
    change: (lines) => lines.with(3, lines[4] ?? '').with(4, lines[3] ?? ''),
    found: () => ['missing', 4],
  },
  {
    name: 'two records were swapped and numbered anew',
    change: (lines) => lines.with(3, numbered(lines[4], 4)).with(4, numbered(lines[3], 5)),
    found: () => ['unlinked', 4],
  },
  {
    name: 'a record is there twice',
    change: (lines) => lines.toSpliced(3, 0, lines[3] ?? ''),
    found: () => ['out_of_order', 4],
  },
  {
    name: 'a record is no record',
    change: (lines) => lines.with(4, '\u0000\u0000'),
    found: () => ['unlinked', 5],
  },
  {
    name: 'the last record was cut off',
    change: (lines) => lines.slice(0, -1),
    found: (count) => ['truncated', count],
  },
  {
    name: 'all but the first were cut off',
    change: (lines) => lines.slice(0, 1),
    found: () => ['truncated', 2],
  },
  { name: 'all of them were cut off', change: () => [], found: () => ['truncated', 1] },
  {
    name: 'half of the last record was cut off',
    change: (lines) => lines.with(-1, (lines.at(-1) ?? '').slice(0, 40)),
    found: (count) => ['unlinked', count],
  },
  {
    name: 'a record was changed, and every hash from it on was worked out anew',
    change: (lines) =>
      chained(
        lines.with(
          2,
          edited(lines[2], (entry) => ({ ...entry, outcome: 'pass' })),
        ),
      ),
    found: (count) => ['changed', count],
  },
  {
    name: 'a record was removed, and every hash from it on was worked out anew',
    change: (lines) => chained(lines.toSpliced(2, 1)),
    found: (count) => ['truncated', count],
  },
]

describe.each(SHOPS)('the log of the %s shop', (name) => {
  const stopped = mkdtempSync(join(tmpdir(), `tampered-${name}-`))
  let count = 0

  beforeAll(async () => {
    const shop = await startShop(name, { dataDirectory: stopped })
    const alice = visitor(shop.origin)
    await alice.beRemembered('alice')
    for (const amount of [200, 20, 300]) await alice.transfer(amount)
    await alice.makeKey()
    const bob = visitor(shop.origin)
    await bob.signIn('bob')
    for (const amount of [20, 200]) await bob.transfer(amount)
    await shop.stop()
    count = linesOf(stopped).length
    expect(count).toBeGreaterThanOrEqual(8)
  }, 240_000)
  afterAll(() => rmSync(stopped, { recursive: true, force: true }))

  test('T49: is whole where nobody touched it', async () => {
    const { ok, chains } = await verifyAuditDirectory(stopped)
    expect([ok, chains.map((one) => [one.endIs, one.records])]).toEqual([
      true,
      [['verified', count]],
    ])
    expect((await verify(stopped)).exit).toBe(0)
  })

  test.each(TAMPERINGS)('T49: $name', async ({ change, found }) => {
    const dir = copyOf(stopped)
    writeLines(dir, change(linesOf(dir)))
    const [kind, seq] = found(count)
    const { exit, out } = await verify(dir)
    const { ok, chains } = JSON.parse(out)
    expect(chains[0].problems[0]).toMatchObject({ chain: 'main', kind, seq })
    expect([ok, exit]).toEqual([false, 1])
    const words = await runCli(dir, ['audit', 'verify', '--data', dir])
    expect(words.out).toContain(`    record ${seq}: ${kind}: `)
  })

  test('T49: the record of where the log ends was removed, or another one put in its place', async () => {
    const removed = copyOf(stopped)
    writeLines(removed, linesOf(removed).slice(0, -2))
    rmSync(join(removed, 'ends/audit-main'))
    expect(JSON.parse((await verify(removed)).out).chains[0].problems[0]).toMatchObject({
      kind: 'end_missing',
      seq: count - 2,
    })
    const replaced = copyOf(stopped)
    writeLines(replaced, linesOf(replaced).slice(0, -2))
    const end = join(replaced, 'ends/audit-main')
    writeFileSync(end, readFileSync(end).reverse())
    expect(JSON.parse((await verify(replaced)).out).chains[0].problems[0]).toMatchObject({
      kind: 'end_unverified',
      seq: count - 2,
    })
  })

  test('T49: a log that was cut shows it also after the shop went on writing', async () => {
    const dir = copyOf(stopped)
    writeLines(dir, linesOf(dir).slice(0, -2))
    const shop = await startShop(name, { dataDirectory: dir })
    try {
      const carol = visitor(shop.origin)
      await carol.signIn('carol')
      await carol.transfer(20)
    } finally {
      await shop.stop()
    }
    const { ok, chains } = await verifyAuditDirectory(dir)
    expect([ok, chains[0]?.problems]).toEqual([
      false,
      [expect.objectContaining({ kind: 'missing', seq: count - 1 })],
    ])
  })
})

function verify(dir: string) {
  return runCli(dir, ['audit', 'verify', '--json', '--data', dir])
}

function copyOf(dir: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'tampered-'))
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }))
  cpSync(dir, copy, { recursive: true, filter: (path) => !path.endsWith('.sock') })
  return copy
}

function fileOf(dir: string): string {
  const folder = join(dir, 'audit/main')
  const [only, ...more] = readdirSync(folder)
  if (only === undefined || more.length > 0) throw new Error('one segment was expected')
  return join(folder, only)
}

function linesOf(dir: string): Lines {
  return readFileSync(fileOf(dir), 'utf8').trimEnd().split('\n')
}

function writeLines(dir: string, lines: Lines): void {
  writeFileSync(fileOf(dir), lines.map((line) => `${line}\n`).join(''))
}

function edited(
  line: string | undefined,
  edit: (entry: Record<string, unknown>) => object,
): string {
  const record = JSON.parse(line ?? '')
  return JSON.stringify({ ...record, entry: edit(record.entry) })
}

function numbered(line: string | undefined, seq: number): string {
  return JSON.stringify({ ...JSON.parse(line ?? ''), seq })
}

/** As somebody would who knows how the chain is made, and has no secret. */
function chained(lines: Lines): Lines {
  let previous = '0'.repeat(64)
  return lines.map((line, at) => {
    const { chain, entry } = JSON.parse(line)
    const seq = at + 1
    const text = hashedText(previous, chain, seq, JSON.stringify(entry))
    const hash = createHash('sha256').update(text).digest('hex')
    const record = JSON.stringify({ chain, seq, previous, hash, entry })
    previous = hash
    return record
  })
}
