// The audit chains that a data directory once had: those whose files are there, and those whose end is kept though their
// files are gone. Looking at the files alone, a log that was removed whole would pass for one that never was.
import { readdir } from 'node:fs/promises'
import { listChains } from './audit-segments.ts'
import type { DataDirectory } from './data-directory.ts'
import { codeOf } from './durable-files.ts'

const END_NAME = /^audit-([a-z0-9][a-z0-9._-]{0,63})$/

export async function listKnownChains(dir: DataDirectory): Promise<string[]> {
  const ended = (await endNames(dir.ends)).flatMap((name) => END_NAME.exec(name)?.[1] ?? [])
  return [...new Set([...(await listChains(dir.audit)), ...ended])].sort()
}

async function endNames(path: string): Promise<string[]> {
  try {
    return await readdir(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}
