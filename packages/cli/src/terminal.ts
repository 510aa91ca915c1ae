// Where a command reads its surroundings and writes its words. Nothing else touches the process.
import type { Writable } from 'node:stream'

export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Files and directories are named from here. */
  readonly directory: string
  /** The name that the system knows the user by. */
  readonly user: string | undefined
  /** Whether what is written to `out` may be coloured. */
  readonly colour: boolean
  /** Whether a person looks at `err`: for a line that is overwritten as work goes on. */
  readonly watched: boolean
  /** Resolves once it was taken, so that a slow reader slows the writer. */
  out(text: string): Promise<void>
  err(text: string): Promise<void>
  /** For a command that goes on until it is ended: aborted once the user does that, or nobody reads any more. */
  untilStopped(): AbortSignal
}

/** Never rejects: a reader who went away (`countersign history | head`) is no fault, and `gone` is told. */
export function writeTo(stream: Writable, gone: () => void): (text: string) => Promise<void> {
  stream.on('error', gone)
  return (text) =>
    new Promise((resolve) => {
      if (text === '' || stream.destroyed) return resolve()
      stream.write(text, () => resolve())
    })
}
