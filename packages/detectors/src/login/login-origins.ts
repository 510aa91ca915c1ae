// Where each login began: what of a login must not change is written down at its first request, and again when the
// person has proved themselves. Read from the store once a login and instance, and from memory on the way of requests.
import type { DetectorScene, Json } from '@countersign/core'
import { LRUCache } from 'lru-cache'
import { hashOf } from '../hash-of.ts'

export interface LoginOrigins<T extends Json> {
  /**
   * Compares with the login's origin. `undefined`: nothing tells this login from others.
   *
   * @param differs whether what is now is another than the origin: only then is a memory not trusted that may be old
   * @throws, or rejects, where the store fails
   */
  compare<A>(
    scene: DetectorScene,
    now: T,
    judge: (origin: T) => A,
    differs: (answer: A) => boolean,
  ): A | Promise<A> | undefined
  /** What is now is the origin from here on. */
  begin(scene: DetectorScene, now: T): Promise<void>
}

/** Longer than a login lives without a request. */
const KEPT_MS = 90 * 86_400_000
const MOST_LOGINS = 50_000
/** After so long it is read, and so kept alive, again. */
const REMEMBERED_MS = 12 * 3_600_000
/** Another instance may have written a new origin since. */
const SURE_MS = 5_000

export function createLoginOrigins<T extends Json>(kind: string): LoginOrigins<T> {
  const known = new LRUCache<string, { readonly origin: T; readonly readAt: number }>({
    max: MOST_LOGINS,
    ttl: REMEMBERED_MS,
  })

  function remember(login: string, origin: T, at: number): T {
    known.set(login, { origin, readAt: at })
    return origin
  }

  async function read(scene: DetectorScene, login: string, now: T): Promise<T> {
    const { store, subject, at } = scene
    const key = [kind, subject, login] as const
    if (await store.write(key, now, 'absent', KEPT_MS)) return remember(login, now, at)
    const entry = await store.read(key)
    if (entry === undefined) throw new Error('where a login began was lost')
    // written again, so that it lives as long as the login is used
    await store.write(key, entry.value, entry.version, KEPT_MS)
    return remember(login, entry.value as T, at)
  }

  return {
    compare(scene, now, judge, differs) {
      if (scene.login === undefined) return undefined
      const login = hashOf(scene.subject, scene.login)
      const memory = known.get(login)
      if (memory === undefined) return read(scene, login, now).then(judge)
      const answer = judge(memory.origin)
      if (!differs(answer) || scene.at - memory.readAt < SURE_MS) return answer
      return read(scene, login, now).then(judge)
    },
    async begin(scene, now) {
      if (scene.login === undefined) return
      const login = hashOf(scene.subject, scene.login)
      remember(login, now, scene.at)
      await scene.store.write([kind, scene.subject, login], now, 'any', KEPT_MS)
    },
  }
}
