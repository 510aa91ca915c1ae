// failed-challenges: attempts at challenges fail again and again. They charge the session and the device, never the
// person: whoever has a stolen password could else raise the risk of its owner.
import type { Detector } from '@countersign/core'
import { LRUCache } from 'lru-cache'
import { assertWithin } from './assert-within.ts'

export interface FailedChallengesOptions {
  /** From so many failures within `perMs` on. @default 3 */
  readonly limit?: number | undefined
  /** @default 1 hour */
  readonly perMs?: number | undefined
  /** How long the signal holds. @default 1 hour */
  readonly holdMs?: number | undefined
}

interface Failures {
  readonly since: number
  count: number
}

const MOST_LOGINS = 100_000

/** @throws ConfigurationError `detector_option_malformed` */
export function failedChallenges(options: FailedChallengesOptions = {}): Detector {
  const { limit = 3, perMs = 3_600_000, holdMs = 3_600_000 } = options
  assertWithin('failedChallenges', { limit, perMs, holdMs }, 1)
  const logins = new LRUCache<string, Failures>({ max: MOST_LOGINS })

  return {
    code: 'failed-challenges',
    // it lives by what is told to all instances
    judge: () => ({ is: 'absent' }),
    challenged({ at, subject, login, deviceId }, emit, result) {
      const key = JSON.stringify([subject, login])
      // what was proved at last was the person's own mistyping
      if (result === 'completed') {
        logins.delete(key)
        return
      }
      const known = logins.get(key)
      const failures =
        known !== undefined && at - known.since < perMs ? known : { since: at, count: 0 }
      failures.count += 1
      logins.set(key, failures)
      if (failures.count !== limit) return
      emit({ code: 'failed-challenges', share: 1, forMs: holdMs, about: 'session' })
      if (deviceId !== undefined)
        emit({ code: 'failed-challenges', share: 1, forMs: holdMs, about: 'device' })
    },
  }
}
