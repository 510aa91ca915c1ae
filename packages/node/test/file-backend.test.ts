import { chmod, mkdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  ConfigurationError,
  createRecorder,
  createState,
  type FeedBatch,
  type FeedEvent,
  type OpenBackend,
  type Position,
  systemClock,
} from '@countersign/core'
import { fileBackend } from '@countersign/node'
import { describe, expect, it, onTestFinished } from 'vitest'
import { dataDirectory } from '../src/data-directory.ts'
import { findSocketPath } from '../src/socket-path.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const SECRETS = ['a secret of the tests']

async function open(dir: string, secrets: readonly string[] = SECRETS): Promise<OpenBackend> {
  const backend = await fileBackend(dir).open({ secrets })
  onTestFinished(() => backend.close())
  return backend
}

async function mistake(promise: Promise<unknown>): Promise<ConfigurationError> {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  )
  expect(error).toBeInstanceOf(ConfigurationError)
  return error as ConfigurationError
}

async function first(backend: OpenBackend, from?: Position): Promise<FeedBatch> {
  const stop = new AbortController()
  for await (const batch of backend.feed.follow(from, 10, stop.signal)) return batch
  throw new Error('the feed gave nothing')
}

const suspendAll: FeedEvent = {
  ...{ id: 's', at: 1, by: 'ann', why: 'a test', topic: 'switch' },
  data: { kind: 'suspend', target: 'opt-outs' },
}

function revoke(id: string): FeedEvent {
  const data = { kind: 'subject', subject: id, what: 'password-changed' } as const
  return { id, at: 1, by: 'ann', why: 'a test', topic: 'revocation', data }
}

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)

describe('the data directory', () => {
  it('is made for its owner alone, with all that is in it', async () => {
    const dir = join(await temporaryDirectory(), 'deep', 'data')
    const before = process.umask(0o000)
    onTestFinished(() => void process.umask(before))
    const backend = await open(dir, [])
    await backend.store.write(['a', 'b', 'c'], 1, 'any')
    await backend.feed.append(revoke('r'))
    const recorder = createRecorder({
      audit: backend.audit,
      chain: 'main',
      clock: systemClock,
      onError: () => {},
    })
    await recorder.record({ type: 'decision', at: 1, id: 'd' })
    for (const part of ['.', 'feed', 'store', 'audit', 'audit/main', 'ends']) {
      expect(await modeOf(join(dir, part)), part).toBe('700')
    }
    const files = [
      'secret',
      'control.sock',
      'feed/log.ndjson',
      'feed/reserve',
      'store/log.ndjson',
      'audit/main/000000000001.ndjson',
      'ends/feed',
      'ends/store',
      'ends/audit-main',
    ]
    for (const file of files) expect(await modeOf(join(dir, file)), file).toBe('600')
  })

  it.each([
    {
      name: 'open to others',
      spoil: (dir: string) => chmod(dir, 0o755),
      text: 'mode 0755. chmod 700',
    },
    {
      name: 'a file',
      spoil: (dir: string) => rm(dir, { recursive: true }).then(() => writeFile(dir, '')),
      text: 'cannot be made, got EEXIST',
    },
    {
      name: 'a symbolic link',
      spoil: (dir: string) => rm(dir, { recursive: true }).then(() => symlink('/tmp', dir)),
      text: 'has to be a directory, got a symbolic link',
    },
    {
      name: 'a part that is open to others',
      spoil: (dir: string) => mkdir(join(dir, 'feed')).then(() => chmod(join(dir, 'feed'), 0o777)),
      text: 'feed must not be open to other users, got mode 0777',
    },
  ])('is refused where it is $name', async ({ spoil, text }) => {
    const dir = join(await temporaryDirectory(), 'data')
    await mkdir(dir, { mode: 0o700 })
    await spoil(dir)
    const error = await mistake(open(dir))
    expect(error.code).toBe('data_directory_unfit')
    expect(error.message).toContain(text)
  })

  it('is held by one process: a second opening says what to do', async () => {
    const dir = await temporaryDirectory()
    const backend = await open(dir)
    const error = await mistake(open(dir))
    expect(error.code).toBe('data_directory_in_use')
    expect(error.message).toContain(`got this one, process ${process.pid}, which opened it before.`)
    expect(error.message).toContain('Stop that one')
    await backend.feed.append(revoke('still works'))
    await backend.close()
    await expect(open(dir)).resolves.toBeDefined()
  })

  it('of ten openings at once one succeeds', async () => {
    const dir = await temporaryDirectory()
    const opened = await Promise.allSettled(Array.from({ length: 10 }, () => open(dir)))
    expect(opened.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('may have a long path', async () => {
    const dir = join(await temporaryDirectory(), 'x'.repeat(120))
    await open(dir)
    const far = dirname(await findSocketPath(dataDirectory(dir)))
    onTestFinished(() => rm(far, { recursive: true, force: true }))
    expect((await mistake(open(dir))).code).toBe('data_directory_in_use')
  })

  it('two guards of one directory share one engine: the key is the absolute path', () => {
    expect(fileBackend('.data').key).toBe(fileBackend(join(process.cwd(), '.data')).key)
  })
})

describe('what fileBackend is given', () => {
  it.each<{ name: string; args: unknown[]; code: string; told: string }>([
    {
      name: 'no directory',
      args: [],
      code: 'data_directory_missing',
      told: 'fileBackend(dir) must be the path of a directory, got undefined. Write fileBackend(',
    },
    {
      name: 'an empty path',
      args: [''],
      code: 'data_directory_missing',
      told: 'got "".',
    },
    {
      name: 'a misspelt option',
      args: ['d', { auditQuota: 1 }],
      code: 'option_unknown',
      told: 'auditQuota is no option of fileBackend, got 1. Did you mean auditQuotaBytes?',
    },
    {
      name: 'a quota that is none',
      args: ['d', { auditQuotaBytes: '10GB' }],
      code: 'audit_quota_malformed',
      told: 'must be a whole number of bytes above 0, got "10GB"',
    },
    {
      name: 'options that are none',
      args: ['d', 10],
      code: 'options_malformed',
      told: 'must be an object, got 10',
    },
  ])('$name is told at once', ({ args, code, told }) => {
    const attempt = () => (fileBackend as (...args: unknown[]) => unknown)(...args)
    expect(attempt).toThrow(ConfigurationError)
    expect(attempt).toThrow(expect.objectContaining({ code }))
    expect(attempt).toThrow(told)
  })

  it('an option may be undefined', () => {
    expect(fileBackend('d', { auditQuotaBytes: undefined }).key).toContain('d')
  })
})

describe('the secret', () => {
  it('is made once, where none is given', async () => {
    const dir = await temporaryDirectory()
    const one = await open(dir, [])
    expect(one.secrets).toEqual([expect.stringMatching(/^[\w-]{43}$/)])
    await one.close()
    expect((await open(dir, [])).secrets).toEqual(one.secrets)
  })

  it('is not made where one is given', async () => {
    const dir = await temporaryDirectory()
    expect((await open(dir)).secrets).toEqual(SECRETS)
    await expect(stat(join(dir, 'secret'))).rejects.toThrow('ENOENT')
  })

  it.each([
    { name: 'open to others', text: 'x'.repeat(43), mode: 0o644, message: 'chmod 600' },
    { name: 'empty', text: '', mode: 0o600, message: 'got an empty file' },
    { name: 'short', text: 'secret', mode: 0o600, message: 'got something else' },
  ])('is refused where it is $name, and never told', async ({ text, mode, message }) => {
    const dir = await temporaryDirectory()
    await writeFile(join(dir, 'secret'), text, { mode })
    await chmod(join(dir, 'secret'), mode)
    const error = await mistake(open(dir, []))
    expect(error.message).toContain(message)
    expect(error.message).not.toContain('x'.repeat(43))
  })
})

describe('the feed', () => {
  it('a torn last line, never acknowledged, is cut off', async () => {
    const dir = await temporaryDirectory()
    const one = await open(dir)
    await one.feed.append(revoke('a'))
    await one.close()
    await writeFile(join(dir, 'feed/log.ndjson'), '{"position":"1:2","ev', { flag: 'a' })
    const two = await open(dir)
    expect(await two.feed.append(revoke('b'))).toEqual({ ok: true, position: '1:2' })
    expect((await first(two)).events.map(({ event }) => event.id)).toEqual(['a', 'b'])
  })

  it('what a loss of power left after the last acknowledged event is cut off', async () => {
    const dir = await temporaryDirectory()
    const one = await open(dir)
    await one.feed.append(revoke('a'))
    await one.close()
    const torn = '\u0000\u0000\n{"position":"1:3","event":{}}\n'
    await writeFile(join(dir, 'feed/log.ndjson'), torn, { flag: 'a' })
    const two = await open(dir)
    expect(await two.feed.append(revoke('b'))).toEqual({ ok: true, position: '1:2' })
    expect((await first(two)).events.map(({ event }) => event.id)).toEqual(['a', 'b'])
  })

  it('a cut log is refused: revocations would be forgotten', async () => {
    const dir = await temporaryDirectory()
    const one = await open(dir)
    await one.feed.append(revoke('a'))
    const { length } = await readFile(join(dir, 'feed/log.ndjson'))
    await one.feed.append(revoke('b'))
    await one.close()
    await truncate(join(dir, 'feed/log.ndjson'), length)
    const error = await mistake(open(dir))
    expect(error.code).toBe('feed_cut')
    expect(error.message).toContain('has to reach 1:2, as it once did, got a log that ends at 1:1')
  })

  it('once that is accepted a new generation begins: what was lost has ended', async () => {
    const dir = await temporaryDirectory()
    const one = await open(dir)
    await one.feed.append(revoke('a'))
    await one.feed.append(revoke('b'))
    await one.close()
    await rm(join(dir, 'ends/feed'))
    const two = await open(dir)
    expect(two.warnings?.()).toEqual([expect.stringContaining('a new history begins after 1:2')])
    const state = createState({ now: Date.now })
    expect(state.apply(await first(two))).toMatchObject({ ok: true })
    expect(state.position).toBe('2:0')
    expect(state.subjectEpoch('b')).toBe('1:2')
    expect(state.isRecalled('1:2')).toBe(false)
    expect(state.isRecalled('1:3')).toBe(true)
    expect((await first(two, '1:2')).snapshot).toBeDefined()
    await two.feed.append(revoke('c'))
    await two.close()
    const again = createState({ now: Date.now })
    expect(again.apply(await first(await open(dir)))).toMatchObject({ ok: true })
    expect(again.position).toBe('2:1')
  })

  it('a log with a bad line in the middle is refused', async () => {
    const dir = await temporaryDirectory()
    const one = await open(dir)
    await one.feed.append(revoke('a'))
    await one.feed.append(revoke('b'))
    await one.close()
    const path = join(dir, 'feed/log.ndjson')
    await writeFile(path, (await readFile(path, 'utf8')).replace('{"position":"1:1"', 'moon'))
    expect((await mistake(open(dir))).code).toBe('feed_unreadable')
  })

  it('notices that its file was cut or replaced while in use, and then appends and confirms nothing', async () => {
    const dir = await temporaryDirectory()
    const backend = await open(dir)
    await backend.feed.append(revoke('a'))
    await truncate(join(dir, 'feed/log.ndjson'), 0)
    await expect(first(backend)).rejects.toThrow('was cut while it was in use')
    await expect(backend.feed.append(revoke('b'))).rejects.toThrow('was cut while it was in use')
  })

  it('appends and confirms nothing once another may hold the directory', async () => {
    const dir = await temporaryDirectory()
    const backend = await open(dir)
    await rm(join(dir, 'control.sock'))
    await expect(first(backend)).rejects.toThrow('another process may hold')
    expect(backend.warnings?.()).toEqual([expect.stringContaining('another process may hold')])
    await expect(backend.feed.append(revoke('a'))).rejects.toThrow('another process may hold')
  })

  it('that was removed while in use is told of in the warnings', async () => {
    const dir = await temporaryDirectory()
    const backend = await open(dir)
    expect(backend.warnings?.()).toEqual([])
    await rm(join(dir, 'feed'), { recursive: true })
    await expect(first(backend)).rejects.toThrow('was removed while it was in use')
    expect(backend.warnings?.()).toEqual([
      `the feed cannot be followed: ${join(dir, 'feed/log.ndjson')} was removed while it was in use`,
    ])
  })

  it('goes on through snapshots while it is followed', async () => {
    const dir = await temporaryDirectory()
    const backend = await open(dir)
    const state = createState({ now: Date.now })
    const stop = new AbortController()
    const following = (async () => {
      for await (const batch of backend.feed.follow(undefined, 1, stop.signal)) {
        expect(state.apply(batch)).toMatchObject({ ok: true })
        if (batch.events.length > 0) {
          await backend.feed.saveSnapshot(batch.position, await state.toSnapshot())
        }
        if (state.position === '1:200') return
      }
    })()
    for (let n = 1; n <= 200; n++) await backend.feed.append(revoke(`s${n}`))
    await following
    await backend.close()
    const again = createState({ now: Date.now })
    const backendAgain = await open(dir)
    expect(again.apply(await first(backendAgain))).toMatchObject({ ok: true })
    expect(again.subjectEpoch('s1')).toBe('1:1')
    expect(again.subjectEpoch('s200')).toBe('1:200')
    expect((await backendAgain.feed.append(revoke('x'), 'none')).ok).toBe(false)
    expect(await backendAgain.feed.append(revoke('x'), '1:200')).toEqual({
      ok: true,
      position: '1:201',
    })
  })
})

describe('the store', () => {
  it('is compacted when most of it is over, and loses nothing', async () => {
    const dir = await temporaryDirectory()
    const one = await open(dir)
    const value = 'x'.repeat(100_000)
    await one.store.write(['kept', 'alice', 'a'], 'kept', 'any')
    const before = await one.store.read(['kept', 'alice', 'a'])
    for (let n = 0; n < 100; n++)
      await one.store.write(['big', 'alice', 'b'], `${n}${value}`, 'any')
    expect((await stat(join(dir, 'store/log.ndjson'))).size).toBeLessThan(6_000_000)
    await one.close()
    const two = await open(dir)
    expect(await two.store.read(['kept', 'alice', 'a'])).toEqual(before)
    expect((await two.store.read(['big', 'alice', 'b']))?.value).toBe(`99${value}`)
  })

  async function spent(): Promise<{ dir: string; log: string }> {
    const dir = await temporaryDirectory()
    const one = await open(dir)
    await one.feed.append(suspendAll)
    await one.store.write(['ticket', 'alice', 't'], 'used', 'absent')
    await one.store.addIfBelow(['allowance', 'alice', 'a'], { total: 90 }, { total: 100 }, 60_000)
    await one.store.write(['grant', 'alice', 'g'], 1, 'absent')
    await one.store.write(['grant', 'alice', 'g'], undefined, 'any')
    await one.close()
    return { dir, log: join(dir, 'store/log.ndjson') }
  }

  it.each<{
    name: string
    spoil: (dir: string, log: string) => Promise<void>
    got: string
  }>([
    {
      name: 'removed with its directory',
      spoil: (dir) => rm(join(dir, 'store'), { recursive: true }),
      got: 'no changes at all',
    },
    {
      name: 'emptied',
      spoil: (_, log) => truncate(log, 0),
      got: 'no changes at all',
    },
    {
      name: 'cut by its last line, a deletion',
      spoil: async (_, log) => {
        const lines = (await readFile(log, 'utf8')).trimEnd().split('\n')
        await writeFile(log, `${lines.slice(0, -1).join('\n')}\n`)
      },
      got: 'a log that ends at change 3',
    },
  ])(
    'is refused once it was $name: what was spent would be whole again',
    async ({ spoil, got }) => {
      const { dir, log } = await spent()
      await spoil(dir, log)
      const error = await mistake(open(dir))
      expect(error.code).toBe('store_cut')
      expect(error.message).toContain(`has to reach change 4, as it once did, got ${got}.`)
      expect(error.message).toContain(`rm ${join(dir, 'ends/store')}`)
      // nothing was made or mended by the look at it
      expect((await mistake(open(dir))).code).toBe('store_cut')
      await rm(join(dir, 'ends/store'))
      const accepted = await open(dir)
      const doubt = expect.stringContaining("the store's end was not recorded")
      expect(accepted.warnings?.()).toEqual([doubt])
      await accepted.close()
      expect((await open(dir)).warnings?.()).toEqual([])
    },
  )

  it('that is gone with its end is told of, where the feed is not new', async () => {
    const { dir } = await spent()
    await rm(join(dir, 'store'), { recursive: true })
    await rm(join(dir, 'ends/store'))
    expect((await open(dir)).warnings?.()).toEqual([
      expect.stringContaining("the store's end was not recorded"),
    ])
  })

  it('may be ahead of its end, as a kill leaves it, and compaction keeps its place', async () => {
    const { dir, log } = await spent()
    await writeFile(log, '[9,["ticket","alice","u"],null,"used"]\n', { flag: 'a' })
    const two = await open(dir)
    expect(two.warnings?.()).toEqual([])
    const value = 'x'.repeat(100_000)
    for (let n = 0; n < 60; n++) await two.store.write(['big', 'alice', 'b'], value, 'any')
    await two.close()
    expect(await readFile(log, 'utf8')).toMatch(/^\[\d+\]\n/)
    const three = await open(dir)
    expect((await three.store.read(['ticket', 'alice', 'u']))?.value).toBe('used')
  })

  it('a torn last line is cut off, a bad one refused', async () => {
    const dir = await temporaryDirectory()
    const path = join(dir, 'store/log.ndjson')
    const one = await open(dir)
    await one.store.write(['a', 'b', 'c'], 1, 'any')
    await one.close()
    await writeFile(path, '[2,["a","b"', { flag: 'a' })
    const two = await open(dir)
    expect((await two.store.read(['a', 'b', 'c']))?.value).toBe(1)
    await two.close()
    await writeFile(path, 'moon\n', { flag: 'a' })
    expect((await mistake(open(dir))).code).toBe('store_unreadable')
  })
})

describe('the audit log', () => {
  it.each([
    {
      name: 'cut',
      spoil: (path: string) => truncate(path, 10),
      text: 'was cut while it was in use',
    },
    {
      name: 'written to by somebody else',
      spoil: (path: string) => writeFile(path, 'moon\n', { flag: 'a' }),
      text: 'was written by somebody else',
    },
    { name: 'removed', spoil: (path: string) => rm(path), text: 'was removed while it was in use' },
  ])('records nothing more in a file that was $name', async ({ spoil, text }) => {
    const dir = await temporaryDirectory()
    const backend = await open(dir)
    const errors: unknown[] = []
    const recorder = createRecorder({
      audit: backend.audit,
      chain: 'main',
      clock: systemClock,
      onError: (error) => errors.push(error),
    })
    await recorder.record({ type: 'decision', at: 1, id: 'a' })
    await spoil(join(dir, 'audit/main/000000000001.ndjson'))
    await expect(recorder.record({ type: 'decision', at: 1, id: 'b' })).rejects.toThrow(
      'the audit log cannot be written',
    )
    expect(String(errors[0])).toContain(text)
    expect(backend.warnings?.()).toEqual([
      expect.stringMatching(new RegExp(`^the audit log cannot be written: .* ${text}`)),
    ])
    await recorder.close()
  })

  it('that was removed does not pass for mended when it is asked where it ends', async () => {
    const dir = await temporaryDirectory()
    const backend = await open(dir)
    await backend.audit.head('main')
    await rm(join(dir, 'audit'), { recursive: true })
    await expect(backend.audit.head('main')).rejects.toThrow('was removed while it was in use')
  })

  it('has a quota: over it nothing is recorded, and the warning comes before', async () => {
    const dir = await temporaryDirectory()
    const backend = await fileBackend(dir, { auditQuotaBytes: 2500 }).open({ secrets: SECRETS })
    onTestFinished(() => backend.close())
    const errors: unknown[] = []
    const recorder = createRecorder({
      audit: backend.audit,
      chain: 'main',
      clock: systemClock,
      onError: (error) => errors.push(error),
    })
    const record = (id: string) =>
      recorder.record({ type: 'decision', at: 1, id, pad: 'x'.repeat(900) })
    await record('a')
    expect(backend.warnings?.()).toEqual([])
    await record('b')
    expect(backend.warnings?.()).toEqual([expect.stringContaining('of its quota')])
    await record('c')
    await expect(record('d')).rejects.toThrow('cannot be written')
    expect(String(errors[0])).toContain('has reached its quota of 2500 bytes')
    await recorder.close()
  })

  it.each(['', '../feed', 'A', 'a/b', '.'])('a chain may not be named %j', async (chain) => {
    const backend = await open(await temporaryDirectory())
    await expect(backend.audit.head(chain)).rejects.toThrow('name has to match')
  })
})
