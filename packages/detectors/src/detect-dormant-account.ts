// dormant-account: nobody used the account for a long time, and then somebody did.
import type { Detector, DetectorScene } from '@countersign/core'
import { LRUCache } from 'lru-cache'
import { assertWithin } from './assert-within.ts'
import { hasProved } from './has-proved.ts'

export interface DormantAccountOptions {
  /** @default 90 days */
  readonly afterMs?: number | undefined
}

const KIND = 'dormant-account'
const DAY_MS = 86_400_000
/** A moment is all that is kept, and longer than logins are: an account that was forgotten is the one to look at. */
const KEPT_MS = 3 * 365 * DAY_MS
const MOST_SUBJECTS = 50_000
const DEADLINE_MS = 1_000

/**
 * Who comes back is dormant until they prove themselves, in each login anew. Without a moment on record: unjudged.
 *
 * @throws ConfigurationError `detector_option_malformed`
 */
export function dormantAccount({ afterMs = 90 * DAY_MS }: DormantAccountOptions = {}): Detector {
  assertWithin('dormantAccount', { afterMs }, DAY_MS)
  /** When it was written down here last. */
  const noted = new LRUCache<string, number>({ max: MOST_SUBJECTS })

  async function note({ store, subject, at }: DetectorScene): Promise<void> {
    if (at - (noted.get(subject) ?? Number.NEGATIVE_INFINITY) < DAY_MS) return
    noted.set(subject, at)
    await store.write([KIND, subject, ''], at, 'any', KEPT_MS)
  }

  async function idleMs({ store, subject, at }: DetectorScene): Promise<number | undefined> {
    const entry = await store.read([KIND, subject, ''])
    if (entry === undefined) return undefined
    if (typeof entry.value !== 'number') throw new Error('a moment on record is none')
    return at - entry.value
  }

  return {
    code: KIND,
    deadlineMs: DEADLINE_MS,
    async judge(scene) {
      if (scene.factors.some(({ from }) => from === 'evidence')) return { is: 'absent' }
      const idle = await idleMs(scene)
      if (idle === undefined) return { is: 'unjudged' }
      return idle < afterMs
        ? { is: 'absent' }
        : { is: 'present', details: { days: Math.floor(idle / DAY_MS) } }
    },
    async observe(scene, _, outcome) {
      if (outcome === 'challenge' || outcome === 'deny') return
      if (scene.at - (noted.get(scene.subject) ?? Number.NEGATIVE_INFINITY) < DAY_MS) return
      // whoever opens a page of a forgotten account has not woken it up
      if (hasProved(scene) || ((await idleMs(scene)) ?? 0) < afterMs) await note(scene)
    },
    async challenged(scene, _, result) {
      if (result === 'completed') await note(scene)
    },
  }
}
