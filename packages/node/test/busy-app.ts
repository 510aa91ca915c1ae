// A process that appends to feed, store and audit log, and says what was acknowledged, until it is killed.
import { writeSync } from 'node:fs'
import { createRecorder, systemClock } from '@countersign/core'
import { fileBackend } from '@countersign/node'

const [dir, run] = process.argv.slice(2) as [string, string]
const backend = await fileBackend(dir).open({ secrets: ['a secret of the tests'] })
const { feed, store, audit, sha256 } = backend
const recorder = createRecorder({
  audit,
  chain: 'main',
  clock: systemClock,
  sha256,
  onError: (error) => say(`error ${error}`),
})
say('open')

for (let lane = 0; lane < 8; lane++) void work(lane)

async function work(lane: number): Promise<void> {
  for (let n = 0; ; n++) {
    const id = `${run}-${lane}-${n}`
    await recorder.record({ type: 'decision', at: Date.now(), id })
    say(`audit ${id}`)
    await store.write(['grant', String(lane), id], id, 'absent')
    say(`store ${id}`)
    if (n % 5 !== 0) continue
    const data = { kind: 'session', subject: 's', session: id } as const
    const event = {
      id,
      at: Date.now(),
      by: 'ann',
      why: 'a test',
      topic: 'revocation',
      data,
    } as const
    const appended = await feed.append(event)
    if (appended.ok) say(`feed ${id}`)
    if (appended.ok && n % 50 === 0) await feed.saveSnapshot(appended.position, new Uint8Array([1]))
  }
}

/** At once, past all buffers: what was said before the kill is heard. */
function say(line: string): void {
  writeSync(1, `${line}\n`)
}
