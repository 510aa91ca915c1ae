// How far a long piece of work is: one line that is overwritten, where a person looks, and nothing elsewhere.
import type { Context } from '../context.ts'

export interface Progress {
  /** `share`: 0 to 1; `undefined` where nobody knows. */
  tell(share: number | undefined, words: string): Promise<void>
  /** Takes the line away. */
  end(): Promise<void>
}

const AGAIN_AFTER_MS = 100

export function createProgress({ terminal, json }: Context): Progress {
  let toldAt = Number.NEGATIVE_INFINITY
  let told = false
  return {
    async tell(share, words) {
      const now = performance.now()
      if (!terminal.watched || json || now - toldAt < AGAIN_AFTER_MS) return
      toldAt = now
      told = true
      await terminal.err(`\r${percentOf(share)}${words}\u001b[K`)
    },
    async end() {
      if (told) await terminal.err('\r\u001b[K')
    },
  }
}

function percentOf(share: number | undefined): string {
  if (share === undefined) return ''
  return `${String(Math.min(100, Math.floor(share * 100))).padStart(3)} %  `
}
