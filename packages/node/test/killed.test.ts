// `kill -9` at any time: what was acknowledged is there, the chain verifies, the directory opens again.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type OpenBackend, readPosition } from '@countersign/core'
import { fileBackend, verifyAuditDirectory } from '@countersign/node'
import { expect, it, onTestFinished } from 'vitest'
import { bundle } from './bundle.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const SECRETS = ['a secret of the tests']
const KILLS = 12

it('what was acknowledged before a kill is there after it', { timeout: 60_000 }, async () => {
  const scratch = await temporaryDirectory()
  const program = await bundle(fileURLToPath(new URL('busy-app.ts', import.meta.url)), scratch)
  const dir = join(scratch, 'data')
  const acknowledged: Record<string, string[]> = { audit: [], store: [], feed: [] }
  for (let kill = 0; kill < KILLS; kill++) {
    const said = await runAndKill(program, dir, `r${kill}`, Math.random() * 250)
    expect(said[0]).toBe('open')
    for (const line of said.slice(1)) {
      const [what, id] = line.split(' ') as [string, string]
      expect(acknowledged, line).toHaveProperty(what)
      acknowledged[what]?.push(id)
    }
    expect((await verifyAuditDirectory(dir, SECRETS)).chains.flatMap((c) => c.problems)).toEqual([])
  }
  expect(acknowledged['audit']?.length).toBeGreaterThan(KILLS * 8)
  expect(acknowledged['feed']?.length).toBeGreaterThan(KILLS)

  const backend = await fileBackend(dir).open({ secrets: SECRETS })
  onTestFinished(() => backend.close())
  expect(backend.warnings?.()).toEqual([])
  expect(missing(acknowledged['audit'], await recorded(backend))).toEqual([])
  expect(missing(acknowledged['store'], await stored(backend))).toEqual([])
  const { ids, covered } = await fed(backend)
  // those before the snapshot are in it: their number is what is known of them
  expect(missing(acknowledged['feed'], ids).length).toBeLessThanOrEqual(covered)
  expect(ids.size + covered).toBeGreaterThanOrEqual(acknowledged['feed']?.length ?? 0)
  expect((await verifyAuditDirectory(dir, SECRETS)).ok).toBe(true)
})

it('who opens the directory meanwhile is told which process holds it', async () => {
  const scratch = await temporaryDirectory()
  const program = await bundle(fileURLToPath(new URL('busy-app.ts', import.meta.url)), scratch)
  const dir = join(scratch, 'data')
  const child = spawn(process.execPath, [program, dir, 'r'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await once(child, 'close')
  })
  let text = ''
  child.stdout.on('data', (data) => {
    text += data
  })
  await saidOpen(child, () => text)
  await expect(fileBackend(dir).open({ secrets: SECRETS })).rejects.toThrow(
    `got another one that is running, process ${child.pid}.`,
  )
})

async function runAndKill(
  program: string,
  dir: string,
  run: string,
  ms: number,
): Promise<string[]> {
  const child = spawn(process.execPath, [program, dir, run], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.on('data', (data) => {
    text += data
  })
  await saidOpen(child, () => text)
  await new Promise((resolve) => setTimeout(resolve, ms))
  child.kill('SIGKILL')
  await once(child, 'close')
  // a line that the kill tore acknowledged nothing
  return text.slice(0, text.lastIndexOf('\n')).split('\n')
}

async function saidOpen(child: ChildProcess, said: () => string): Promise<void> {
  while (!said().includes('\n')) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${said()}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

function missing(acknowledged: string[] | undefined, there: ReadonlySet<string>): string[] {
  return (acknowledged ?? []).filter((id) => !there.has(id))
}

async function recorded({ audit }: OpenBackend): Promise<Set<string>> {
  const ids = new Set<string>()
  for await (const { entry } of audit.read({})) ids.add(String(entry.id))
  return ids
}

async function stored({ store }: OpenBackend): Promise<Set<string>> {
  const ids = new Set<string>()
  for (let lane = 0; lane < 8; lane++) {
    for await (const { value } of store.list('grant', String(lane))) ids.add(String(value))
  }
  return ids
}

async function fed({ feed }: OpenBackend): Promise<{ ids: Set<string>; covered: number }> {
  const stop = new AbortController()
  for await (const { events } of feed.follow(undefined, 10, stop.signal)) {
    const first = events[0]
    const ids = new Set(events.map(({ event }) => event.id))
    return { ids, covered: first === undefined ? Infinity : readPosition(first.position)[1] - 1 }
  }
  throw new Error('the feed gave nothing')
}
