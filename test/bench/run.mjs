// npm run bench: every benchmark, one after the other, each in a process of its own.
import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`)
const only = process.argv.slice(2)
for (const name of ['policy', 'decision', 'state', 'signals', 'http']) {
  if (only.length > 0 && !only.includes(name)) continue
  const { status } = spawnSync(
    process.execPath,
    [new URL(`./${name}.bench.mjs`, import.meta.url).pathname],
    { stdio: 'inherit' },
  )
  if (status !== 0) process.exit(status ?? 1)
}
