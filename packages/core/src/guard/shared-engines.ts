// One engine per process and data directory. Held on globalThis, for some frameworks evaluate a module several times.
import type { Engine } from '../engine/engine.ts'

interface Shared {
  readonly opening: Promise<Engine>
  users: number
}

const ENGINES: unique symbol = Symbol.for('countersign.engines')

export interface EngineHandle {
  /** Opens at the first call; a failure is tried again at the next, at most once a second. */
  engine(): Promise<Engine>
  /** The engine, if it is open. */
  ifOpen(): Engine | undefined
  /** Why the last attempt to open failed, if the last one did. */
  failure(): unknown
  close(): Promise<void>
}

const RETRY_MS = 1_000

export function shareEngine(key: string, open: () => Promise<Engine>): EngineHandle {
  let mine: Shared | undefined
  let engine: Engine | undefined
  let failedAt = Number.NEGATIVE_INFINITY
  let failure: unknown
  let closed = false

  async function take(): Promise<Engine> {
    if (closed) throw new Error('this guard is closed')
    if (mine === undefined) {
      if (performance.now() - failedAt < RETRY_MS) throw failure
      mine = engines().get(key) ?? { opening: open(), users: 0 }
      mine.users += 1
      engines().set(key, mine)
    }
    const shared = mine
    try {
      engine = await shared.opening
      failure = undefined
      return engine
    } catch (error) {
      // others that waited for the same attempt must not take the next one down with it
      if (engines().get(key) === shared) engines().delete(key)
      if (mine === shared) mine = undefined
      failure = error
      failedAt = performance.now()
      throw error
    }
  }

  return {
    engine: () => (engine !== undefined && !closed ? Promise.resolve(engine) : take()),
    ifOpen: () => (closed ? undefined : engine),
    failure: () => failure,
    async close() {
      if (closed) return
      closed = true
      if (mine === undefined) return
      mine.users -= 1
      if (mine.users > 0) return
      engines().delete(key)
      const open = await mine.opening.catch(() => undefined)
      await open?.close()
    },
  }
}

function engines(): Map<string, Shared> {
  const holder = globalThis as { [ENGINES]?: Map<string, Shared> }
  holder[ENGINES] ??= new Map()
  return holder[ENGINES]
}
