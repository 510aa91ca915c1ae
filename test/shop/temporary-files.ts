// A data directory of a test's own, taken away after the test.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'shop-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
