// The facts of each difference, in files that countersign explain --facts takes.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Difference } from '@countersign/policy'

/** @returns the file of each, as the user named its folder */
export async function writeFacts(
  path: string,
  named: string,
  differences: readonly Difference[],
): Promise<ReadonlyMap<Difference, string>> {
  await mkdir(path, { recursive: true })
  const files = new Map<Difference, string>()
  const counts = new Map<string, number>()
  for (const one of differences) {
    const count = (counts.get(one.kind) ?? 0) + 1
    counts.set(one.kind, count)
    const name = `${one.kind}-${count}`
    await writeFile(join(path, `${name}.json`), toText(one.facts))
    if (one.liveFacts !== undefined)
      await writeFile(join(path, `${name}.live.json`), toText(one.liveFacts))
    files.set(one, join(named, `${name}.json`))
  }
  return files
}

function toText(facts: Difference['facts']): string {
  return `${JSON.stringify(facts, null, 2)}\n`
}
