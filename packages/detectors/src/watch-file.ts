// A file that is kept in memory, parsed, and read again when it changes. Looked at beside the path: a request kicks the
// look off and never waits for it.
import { readFileSync, statSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { ConfigurationError } from '@countersign/core'

export interface WatchedFile<T> {
  /** What was parsed last, and whether the file on disk is another one by now that could not be read. */
  current(): { readonly value: T; readonly broken: boolean }
}

/** How often it is looked at, at most. */
const LOOK_EVERY_MS = 5_000

/**
 * Reads it at once.
 *
 * @param parse throws for what it cannot use
 * @param onBroken hears of it once, where a changed file cannot be used
 * @throws ConfigurationError `file_unreadable`, and whatever `parse` throws
 */
export function watchFile<T>(
  path: string,
  option: string,
  parse: (content: Buffer) => T,
  onBroken: (error: unknown) => void = () => undefined,
): WatchedFile<T> {
  let { value, mark } = readNow(path, option, parse)
  let broken = false
  let lookedAt = performance.now()
  let looking: Promise<void> | undefined

  async function look(): Promise<void> {
    try {
      const found = markOf(await stat(path))
      if (found === mark && !broken) return
      value = parse(await readFile(path))
      mark = found
      broken = false
    } catch (error) {
      // half written, truncated, gone: the next look finds it whole, or not
      if (!broken) onBroken(error)
      broken = true
    }
  }

  return {
    current() {
      if (looking === undefined && performance.now() - lookedAt >= LOOK_EVERY_MS) {
        looking = look().finally(() => {
          lookedAt = performance.now()
          looking = undefined
        })
      }
      return { value, broken }
    },
  }
}

function readNow<T>(
  path: string,
  option: string,
  parse: (content: Buffer) => T,
): { value: T; mark: string } {
  let content: Buffer
  let mark: string
  try {
    mark = markOf(statSync(path))
    content = readFileSync(path)
  } catch (error) {
    throw new ConfigurationError({
      code: 'file_unreadable',
      path: option,
      problem: 'must name a file that can be read',
      got: JSON.stringify(path),
      fix: `The system says: ${(error as NodeJS.ErrnoException).code ?? 'no more'}.`,
    })
  }
  return { value: parse(content), mark }
}

/** A file that was replaced has another number, one that was written to another time or size. */
function markOf({ ino, mtimeMs, size }: { ino: number; mtimeMs: number; size: number }): string {
  return `${ino} ${mtimeMs} ${size}`
}
