// A data directory for one test, and what lies in it.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

export async function makeDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'countersign-test-'))
}

/** Gone when the test is over. */
export async function temporaryDirectory(): Promise<string> {
  const path = await makeDirectory()
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

/** Everything in the directory, as text. */
export async function readEverything(path: string): Promise<string> {
  const files = await readdir(path, { recursive: true, withFileTypes: true })
  const texts = await Promise.all(
    files
      .filter((file) => file.isFile())
      .map((file) => readFile(join(file.parentPath, file.name), 'latin1')),
  )
  return texts.join('\n')
}
