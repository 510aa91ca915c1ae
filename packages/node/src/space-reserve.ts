// Space on the disk that is kept for the feed, so that a full audit log cannot stop a revocation. Once it was given up,
// everything else stops writing until it could be reserved anew.
import { randomBytes } from 'node:crypto'
import { stat, truncate } from 'node:fs/promises'
import { codeOf, replaceFile } from './durable-files.ts'

const RESERVED_BYTES = 1024 * 1024
const TRY_AGAIN_MS = 1_000

export interface SpaceReserve {
  readonly held: boolean
  /** Gives the space up, for the feed. */
  release(): Promise<void>
  /** @throws where the space was given up and cannot be reserved again: whoever is not the feed may not write. */
  assertHeld(): Promise<void>
}

export async function openSpaceReserve(path: string): Promise<SpaceReserve> {
  let held = await isWhole(path)
  let triedAt = Number.NEGATIVE_INFINITY
  let trying: Promise<void> | undefined

  async function reserve(): Promise<void> {
    triedAt = performance.now()
    try {
      // random, so that no file system stores it in less
      await replaceFile(path, [randomBytes(RESERVED_BYTES)])
      held = true
    } catch {
      held = false
    }
  }

  async function tryAgain(): Promise<void> {
    if (performance.now() - triedAt < TRY_AGAIN_MS) return
    trying ??= reserve().finally(() => {
      trying = undefined
    })
    await trying
  }

  if (!held) await reserve()
  return {
    get held() {
      return held
    },
    async release() {
      held = false
      triedAt = performance.now()
      await truncate(path, 0).catch((error) => {
        if (codeOf(error) !== 'ENOENT') throw error
      })
    },
    async assertHeld() {
      if (held) return
      await tryAgain()
      if (!held) throw new Error('the disk is full: what space is left is kept for revocations')
    },
  }
}

async function isWhole(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && found.size >= RESERVED_BYTES
}
