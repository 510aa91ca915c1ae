import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createRecorder, systemClock } from '@countersign/core'
import { fileBackend, verifyAuditDirectory } from '@countersign/node'
import { expect, it } from 'vitest'
import { temporaryDirectory } from './temporary-directory.ts'

const SECRETS = ['a secret of the tests']

it('a chain goes on over segments of 64 MB, and over openings', { timeout: 60_000 }, async () => {
  const dir = await temporaryDirectory()
  const pad = 'x'.repeat(3500)
  for (const [from, to] of [
    [0, 12_000],
    [12_000, 24_000],
  ] as const) {
    const backend = await fileBackend(dir).open({ secrets: SECRETS })
    const { audit, sha256 } = backend
    const recorder = createRecorder({
      audit,
      chain: 'main',
      clock: systemClock,
      sha256,
      maxQueued: 1e6,
      onError: (error) => {
        throw error
      },
    })
    for (let n = from; n < to; n++) recorder.note({ type: 'decision', at: n, id: `d${n}`, pad })
    await recorder.flush()
    await recorder.close()
    const found: number[] = []
    for await (const { seq } of audit.read({ decision: `d${to - 1}` })) found.push(seq)
    expect(found).toEqual([to])
    await backend.close()
  }
  const segments = await readdir(join(dir, 'audit/main'))
  expect(segments).toHaveLength(2)
  expect(segments.sort()[0]).toBe('000000000001.ndjson')
  const { ok, chains } = await verifyAuditDirectory(dir, SECRETS)
  expect(chains).toMatchObject([{ records: 24_000, end: { seq: 24_000 }, problems: [] }])
  expect(ok).toBe(true)
})
