// Asks detectors; whatever goes wrong in one makes its signal unknown. Answers that had to be waited for are kept for
// the login, so that a remote detector is asked once a session.
import { LRUCache } from 'lru-cache'
import type { Logger } from '../ports/logger.ts'
import type { Detector, Observation } from './detector.ts'
import type { RemoteAnswers } from './gather-signals.ts'

const DEADLINE_MS = 200
const MOST_LOGINS = 20_000
const KEPT_MS = 12 * 60 * 60 * 1000
/** A failed one is asked again after this. */
const FAILED_KEPT_MS = 5_000

export function askDetectors(logger: Logger): RemoteAnswers {
  const kept = new LRUCache<string, { readonly answer: Observation | 'unknown' }>({
    max: MOST_LOGINS,
    ttl: KEPT_MS,
  })

  const lookups = { hits: 0, misses: 0 }

  function keep(key: string | undefined, answer: Observation | 'unknown'): void {
    if (key !== undefined)
      kept.set(key, { answer }, hasFailed(answer) ? { ttl: FAILED_KEPT_MS } : {})
  }

  function warn({ code }: Detector, error: unknown): void {
    logger.warn({ err: error, detector: code }, 'a detector failed: its signal is unknown')
  }

  async function wait(
    detector: Detector,
    key: string | undefined,
    answer: Promise<Observation>,
  ): Promise<Observation | 'unknown'> {
    let timer: ReturnType<typeof setTimeout> | undefined
    try {
      const late = new Promise<'unknown'>((resolve) => {
        timer = setTimeout(() => resolve('unknown'), detector.deadlineMs ?? DEADLINE_MS)
      })
      const first = await Promise.race([answer, late])
      keep(key, first)
      return first
    } catch (error) {
      keep(key, 'unknown')
      warn(detector, error)
      return 'unknown'
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    ask(detector, scene, login) {
      const key =
        login === undefined || detector.onceALogin === false
          ? undefined
          : keyOf(detector.code, scene.subject, login)
      const known = key === undefined ? undefined : kept.get(key)
      if (known !== undefined) {
        lookups.hits += 1
        return known.answer
      }
      try {
        const answer = detector.judge(scene)
        if (!(answer instanceof Promise)) return answer
        if (key !== undefined) lookups.misses += 1
        return wait(detector, key, answer)
      } catch (error) {
        warn(detector, error)
        return 'unknown'
      }
    },
    forget(codes, subject, login) {
      for (const code of codes) kept.delete(keyOf(code, subject, login))
    },
    lookups: () => lookups,
  }
}

/** One that forgets to return has failed too. */
function hasFailed(answer: Observation | 'unknown' | undefined): boolean {
  return answer === 'unknown' || answer?.is === undefined || answer.is === 'unknown'
}

function keyOf(code: string, subject: string, login: string): string {
  return `${code}\n${subject}\n${login}`
}
