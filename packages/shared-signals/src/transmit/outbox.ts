// What waits for a receiver: kept in the guard's store, so that it outlives a restart and every instance can send it.
import type { Json, Storage } from '@countersign/core'

/** The claims of one token. They are signed when they are sent, by the key of then. */
export interface Claims {
  readonly jti: string
  readonly iat: number
  readonly [claim: string]: Json
}

export interface Outbox {
  /** Once for each `jti`, however often it is put. */
  put(claims: Claims): Promise<void>
  /** The oldest, at most so many, and whether there are more. */
  first(most: number): Promise<{ readonly waiting: readonly Claims[]; readonly more: boolean }>
  /** It was acknowledged, or refused for good. */
  settle(jti: string): Promise<void>
}

/** A receiver that was away for longer has to ask for what is so now: its tokens would be too old. */
const KEPT_MS = 7 * 86_400_000
/** So many are looked at to find the oldest: a queue that is longer is a receiver that is gone. */
const LOOKED_AT = 2_000

export function createOutbox(storage: Storage, stream: string): Outbox {
  const waiting = `waiting ${stream}`
  const put = `put ${stream}`
  return {
    async put(claims) {
      // before the mark: cut off between the two it is put again, and not lost
      await storage.write(waiting, claims.jti, claims, 'absent', KEPT_MS)
      if (await storage.write(put, claims.jti, true, 'absent', KEPT_MS)) return
      // it was put before: either it waits since then, or this brought back what was settled
      const state = (await storage.read(put, claims.jti))?.value
      if (state === 'settled') await storage.write(waiting, claims.jti, undefined, 'any')
    },
    async first(most) {
      const found: Claims[] = []
      for await (const { value } of storage.list(waiting)) {
        found.push(value as unknown as Claims)
        if (found.length >= LOOKED_AT) break
      }
      found.sort((a, b) => a.iat - b.iat)
      return { waiting: found.slice(0, most), more: found.length > most }
    },
    async settle(jti) {
      // a receiver may name what was never sent: nothing is kept of that
      if ((await storage.read(waiting, jti)) === undefined) return
      await storage.write(put, jti, 'settled', 'any', KEPT_MS)
      await storage.write(waiting, jti, undefined, 'any')
    },
  }
}
