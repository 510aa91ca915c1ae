// Reads a file line by line up to its last whole line: a line that is still being written is none yet.
import { open } from 'node:fs/promises'
import { codeOf } from './durable-files.ts'

export interface Line {
  readonly text: string
  /** Where it begins in the file. */
  readonly at: number
}

/** A line longer than this is none of ours: refused, so that it cannot fill the memory. */
const LONGEST_LINE = 64 * 1024 * 1024

/** Nothing where there is no file. `from`: where a line begins. */
export async function* readLines(path: string, from = 0): AsyncGenerator<Line> {
  const file = await open(path, 'r').catch((error) => {
    if (codeOf(error) !== 'ENOENT') throw error
  })
  if (file === undefined) return
  try {
    const chunk = Buffer.alloc(262_144)
    let rest: Buffer = Buffer.alloc(0)
    let at = from
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length, at + rest.length)
      if (bytesRead === 0) return
      const bytes = Buffer.concat([rest, chunk.subarray(0, bytesRead)])
      let start = 0
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
        yield { text: bytes.toString('utf8', start, end), at: at + start }
        start = end + 1
      }
      if (bytes.length - start > LONGEST_LINE) throw new Error(`${path} has a line without end`)
      at += start
      rest = Buffer.from(bytes.subarray(start))
    }
  } finally {
    await file.close()
  }
}
