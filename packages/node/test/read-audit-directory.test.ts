import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRecorder, systemClock } from '@countersign/core'
import { fileBackend, readAuditDirectory } from '@countersign/node'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryDirectory } from './temporary-directory.ts'

async function recording(dir: string) {
  const backend = await fileBackend(dir).open({ secrets: ['a secret of the tests'] })
  const recorder = createRecorder({
    ...{ audit: backend.audit, chain: 'main', clock: systemClock },
    onError: (error) => {
      throw error
    },
  })
  onTestFinished(async () => {
    await recorder.close()
    await backend.close()
  })
  return (id: string, subject = 'alice') =>
    recorder.record({ type: 'decision', at: 1, id, subject })
}

async function ids(
  dir: string,
  query: Parameters<typeof readAuditDirectory>[1],
  options?: Parameters<typeof readAuditDirectory>[2],
) {
  const found: (string | undefined)[] = []
  for await (const { entry } of readAuditDirectory(dir, query, options)) found.push(entry.id)
  return found
}

describe('readAuditDirectory', () => {
  it('reads what answers the query while an app writes, the last ones where asked', async () => {
    const dir = await temporaryDirectory()
    const record = await recording(dir)
    for (const id of ['a', 'b', 'c', 'd']) await record(id, id === 'c' ? 'bob' : 'alice')
    expect(await ids(dir, {})).toEqual(['a', 'b', 'c', 'd'])
    expect(await ids(dir, { subject: 'alice' }, { last: 2 })).toEqual(['b', 'd'])
    expect(await ids(dir, { decision: 'c' })).toEqual(['c'])
    expect(await ids(dir, {}, { last: 0 })).toEqual([])
  })

  it('follows what is written, each record once, and ends when it is told to', async () => {
    const dir = await temporaryDirectory()
    const record = await recording(dir)
    for (const id of ['a', 'b']) await record(id)
    const stop = new AbortController()
    const found: (string | undefined)[] = []
    for await (const { entry } of readAuditDirectory(dir, {}, { last: 1, follow: stop.signal })) {
      found.push(entry.id)
      if (entry.id === 'b') await record('c')
      if (entry.id === 'c') await record('d')
      if (entry.id === 'd') stop.abort()
    }
    expect(found).toEqual(['b', 'c', 'd'])
  })

  it('leaves out a line that is no record, and finds nothing where there is no log', async () => {
    const dir = await temporaryDirectory()
    expect(await ids(dir, {})).toEqual([])
    const record = await recording(dir)
    await record('a')
    await appendFile(join(dir, 'audit/main/000000000001.ndjson'), 'not a record\n')
    expect(await ids(dir, {})).toEqual(['a'])
  })
})
