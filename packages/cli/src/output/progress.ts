// How far a long piece of work is: one line that is overwritten, where a person looks, and nothing elsewhere.
import type { Context } from '../context.ts'

export interface Progress {
  /** 0 to 1. */
  tell(share: number, words: string): Promise<void>
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
      const percent = Math.min(100, Math.floor(share * 100))
      await terminal.err(`\r${String(percent).padStart(3)} %  ${words}\u001b[K`)
    },
    async end() {
      if (told) await terminal.err('\r\u001b[K')
    },
  }
}
