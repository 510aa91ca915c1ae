// Fills its disk, and says what is still written.
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRecorder, type FeedEvent, systemClock } from '@countersign/core'
import { fileBackend, verifyAuditDirectory } from '@countersign/node'

const dir = process.argv[2] as string
const secrets = ['a secret of the tests']
const backend = await fileBackend(dir).open({ secrets })
const recorder = createRecorder({
  audit: backend.audit,
  chain: 'main',
  clock: systemClock,
  onError: () => {},
})
const ballast = join(dir, '..', 'ballast')

await writeFile(ballast, Buffer.alloc(1024 * 1024))
say(`filled: ${await reason(fill())}`)
// leaves less than a page: the feed's own file cannot grow either
await reason(writeFile(join(dir, '..', 'crumbs'), Buffer.alloc(4 * 1024 * 1024)))
await revoke('a', 200)
say(`audit: ${await reason(recorder.record({ type: 'decision', at: 1, id: 'late' }))}`)
say(`store: ${await reason(backend.store.write(['grant', 'a', 'b'], 1, 'any'))}`)
await revoke('b', 200)
say(`warnings: ${backend.warnings?.().join()}`)

await rm(ballast)
await rm(join(dir, '..', 'crumbs'))
while ((await reason(recorder.record({ type: 'decision', at: 2, id: 'again' }))) !== 'done') {
  await pause(50)
}
await backend.store.write(['grant', 'a', 'b'], 1, 'any')
say(`after room was made: recorded, stored, ${backend.warnings?.().join() || 'no warnings'}`)
await recorder.close()
await backend.close()
say(`verified: ${(await verifyAuditDirectory(dir, secrets)).ok}`)
const again = await fileBackend(dir).open({ secrets })
for await (const { events } of again.feed.follow(undefined, 10, new AbortController().signal)) {
  say(`reopened: ${events.length} revocations`)
  break
}
await again.close()

async function fill(): Promise<void> {
  for (let n = 0; ; n++) {
    const entries = Array.from({ length: 64 }, (_, part) => ({
      type: 'decision' as const,
      at: n,
      id: `${n}-${part}`,
      pad: 'x'.repeat(3000),
    }))
    await Promise.all(entries.map((entry) => recorder.record(entry)))
  }
}

/** Large enough for a page of its own. */
async function revoke(id: string, times: number): Promise<void> {
  const data = { kind: 'subject', subject: 's', what: 'password-changed' } as const
  const why = 'because '.repeat(times * 5)
  const event: FeedEvent = { id, at: 1, by: 'ann', why, topic: 'revocation', data }
  const appended = await backend.feed.append(event)
  say(appended.ok ? `revoked ${appended.position}` : 'lost')
}

async function reason(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'done',
    (error: Error) => error.message,
  )
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
