// A file of lines that only grows. What was appended is durable, or taken out again: all or nothing.
import { constants, fstatSync } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { FILE_MODE, syncDirectory, writeAll } from './durable-files.ts'

export interface LineLog {
  /** Bytes that are durable. */
  readonly size: number
  /** Whole lines, each with its line break. One call at a time. Resolves once they are durable. */
  append(lines: string): Promise<void>
  /** Throws where the file is no longer the one that was opened, or became shorter behind our back. */
  assertIntact(): Promise<void>
  close(): Promise<void>
}

export interface OpenedLog {
  readonly log: LineLog
  /** Bytes of a torn last line, never acknowledged, that were cut off. */
  readonly cut: number
}

// With it one write is durable when it returns, which saves a turn of the loop for each group of records. On macOS only
// fdatasync, as libuv does it, reaches the disk itself.
const WRITES_THROUGH = process.platform === 'linux'
const FLAGS = constants.O_RDWR | (WRITES_THROUGH ? constants.O_DSYNC : 0)

/** Opens the file for writing, makes it where it is missing, and cuts off a torn last line. */
export async function openLineLog(path: string): Promise<OpenedLog> {
  const file = await open(path, 'a+', FILE_MODE).then(async (made) => {
    // appending mode would ignore positions; it only served to create the file without emptying it
    await made.close()
    return open(path, FLAGS)
  })
  try {
    const before = (await file.stat()).size
    const end = await endOfLastLine(file, before)
    if (end < before) {
      await file.truncate(end)
      await file.sync()
    }
    await syncDirectory(dirname(path))
    return { log: createLineLog(path, file, end), cut: before - end }
  } catch (error) {
    await file.close()
    throw error
  }
}

function createLineLog(path: string, file: FileHandle, start: number): LineLog {
  let size = start
  /** Bytes after `size` may be in the file: to be cut off before anything else is written. */
  let torn = false

  async function cutTorn(): Promise<void> {
    if (!torn) return
    await file.truncate(size)
    await file.datasync()
    torn = false
  }

  /**
   * What somebody else wrote must not be overwritten, nor acknowledged what goes into a file that is gone. In one call:
   * it reads what the system has in memory.
   */
  function assertOurs(): void {
    const ours = fstatSync(file.fd)
    if (ours.nlink === 0) throw new Error(`${path} was removed while it was in use`)
    if (ours.size < size) throw new Error(`${path} was cut while it was in use`)
    if (ours.size > size)
      throw new Error(`${path} was written by somebody else while it was in use`)
  }

  return {
    get size() {
      return size
    },
    async append(lines) {
      await cutTorn()
      assertOurs()
      torn = true
      try {
        const written = await writeAll(file, Buffer.from(lines), size)
        if (!WRITES_THROUGH) await file.datasync()
        size += written
        torn = false
      } catch (error) {
        await cutTorn().catch(() => {})
        throw error
      }
    },
    async assertIntact() {
      const due = size
      const [ours, named] = await Promise.all([file.stat(), stat(path).catch(() => undefined)])
      if (named === undefined) throw new Error(`${path} was removed while it was in use`)
      if (named.ino !== ours.ino || named.dev !== ours.dev) {
        throw new Error(`${path} was replaced while it was in use`)
      }
      if (ours.size < due) throw new Error(`${path} was cut while it was in use`)
    },
    close: () => file.close(),
  }
}

/** Where the last whole line ends. */
async function endOfLastLine(file: FileHandle, size: number): Promise<number> {
  const chunk = Buffer.alloc(65_536)
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - chunk.length)
    const { bytesRead } = await file.read(chunk, 0, end - start, start)
    const found = chunk.subarray(0, bytesRead).lastIndexOf(10)
    if (found >= 0) return start + found + 1
    end = start
  }
  return 0
}
