// The logins that were, behind the store: read once a login, learned from beside the path. Detectors share one, so that
// they share its reads.
import type { DetectorScene } from '@countersign/core'
import { LRUCache } from 'lru-cache'
import { hasProved } from '../has-proved.ts'
import { hashOf } from '../hash-of.ts'
import { KEPT_MS } from '../history/decay.ts'
import {
  fromJson,
  learn,
  ownCounts,
  type SubjectHistory,
  toJson,
} from '../history/subject-history.ts'
import type { Geography } from '../network/network.ts'
import { isSameBrowser } from './as-shown-before.ts'
import { type LoginTraits, readTraits } from './login-traits.ts'
import { createSharedPopulation, type SharedPopulation } from './shared-population.ts'

export interface LoginHistoryOptions {
  /** Without one, addresses are compared by themselves and no place is kept. */
  readonly geography?: Geography | undefined
}

/** What is known when a login is judged. */
export interface Recalled {
  readonly traits: LoginTraits
  /** Of the logins before this one. */
  readonly history: SubjectHistory | undefined
  readonly population: SharedPopulation
  /** The person proved themselves in this login: it is theirs, however it looks. */
  readonly proved: boolean
}

export interface LoginHistory {
  /** @throws where the store fails or the geography cannot tell: what is judged by it is unknown then */
  recall(scene: DetectorScene): Promise<Recalled>
  /** What detectors that build on it hear for it, each of them: a login is learned from once. */
  readonly hears: {
    observe(
      scene: DetectorScene,
      emit: unknown,
      outcome: 'pass' | 'opt-out' | 'challenge' | 'deny',
    ): Promise<void>
    challenged(scene: DetectorScene, emit: unknown, result: 'completed' | 'failed'): Promise<void>
  }
}

const KIND = 'login-history'
const MOST_LOGINS = 20_000
/** Detectors of one request share a read; the next login reads anew. */
const RECALLED_KEPT_MS = 60_000
const TRIES = 5

export function createLoginHistory({ geography }: LoginHistoryOptions = {}): LoginHistory {
  const population = createSharedPopulation()
  const recalled = new LRUCache<string, Promise<Recalled>>({
    max: MOST_LOGINS,
    ttl: RECALLED_KEPT_MS,
  })
  /** Logins that were learned from here, or are being. */
  const learned = new LRUCache<string, true>({ max: MOST_LOGINS })
  const proved = new LRUCache<string, true>({ max: MOST_LOGINS })

  async function readNow(scene: DetectorScene): Promise<Recalled> {
    const traits = readTraits(scene, geography)
    await population.open(scene.store, scene.at)
    const history = await readHistory(scene)
    const isProved =
      proved.has(loginKey(scene)) || scene.factors.some(({ from }) => from === 'evidence')
    return { traits, history, population, proved: isProved }
  }

  function recall(scene: DetectorScene): Promise<Recalled> {
    if (scene.login === undefined) return readNow(scene)
    const key = loginKey(scene)
    const known = recalled.get(key)
    if (known !== undefined) return known
    const reading = readNow(scene)
    recalled.set(key, reading)
    reading.catch(() => recalled.delete(key))
    return reading
  }

  async function learnFrom(scene: DetectorScene, isProved: boolean): Promise<void> {
    if (scene.login === undefined) return
    const key = signInKey(scene)
    if (learned.has(key)) return
    learned.set(key, true)
    try {
      const { traits, history } = await recall(scene)
      if (!isProved && !looksLike(history, traits, scene.at)) {
        learned.delete(key)
        return
      }
      if (await writeHistory(scene, traits, key))
        await population.learn(scene.store, traits, scene.subject, scene.at)
    } catch (error) {
      learned.delete(key)
      throw error
    }
  }

  return {
    recall,
    hears: {
      async observe(scene, _, outcome) {
        // a login that was refused a step-up it has not made teaches nothing
        if (outcome === 'pass' || outcome === 'opt-out') await learnFrom(scene, hasProved(scene))
      },
      async challenged(scene, _, result) {
        if (result === 'failed' || scene.login === undefined) return
        proved.set(loginKey(scene), true)
        recalled.delete(loginKey(scene))
        await learnFrom(scene, true)
      },
    },
  }
}

async function readHistory({ store, subject }: DetectorScene): Promise<SubjectHistory | undefined> {
  const entry = await store.read([KIND, subject, ''])
  return entry === undefined ? undefined : fromJson(entry.value)
}

/** False: another instance, or an earlier life of this one, learned from this login before. */
async function writeHistory(
  { store, subject, at }: DetectorScene,
  traits: LoginTraits,
  key: string,
): Promise<boolean> {
  for (let i = 0; i < TRIES; i++) {
    const entry = await store.read([KIND, subject, ''])
    const before = entry === undefined ? undefined : fromJson(entry.value)
    if (before?.learned.includes(key) === true) return false
    const after = toJson(learn(before, traits, at, key))
    const expect = entry === undefined ? 'absent' : entry.version
    if (await store.write([KIND, subject, ''], after, expect, KEPT_MS)) return true
  }
  throw new Error('the history of logins was written by others each time')
}

/**
 * The first login there is, or one from a network and with a browser that the person showed before, or an update of it.
 * What looks otherwise is learned once the person has proved themselves: else whoever has a stolen password and opens a
 * page that asks for no more has taught us to know them.
 */
function looksLike(
  history: SubjectHistory | undefined,
  { values }: LoginTraits,
  at: number,
): boolean {
  const own = ownCounts(history, at)
  if (own === undefined) return true
  const network = own.count('address', values.address) + own.count('asn', values.asn)
  return network > 0 && own.habits().some((before) => isSameBrowser(before, values))
}

function loginKey({ subject, login }: DetectorScene): string {
  return hashOf(subject, login ?? '')
}

/** One sign-in, whatever its session is called after a step-up. */
function signInKey(scene: DetectorScene): string {
  return scene.authTime === undefined
    ? loginKey(scene)
    : hashOf(scene.subject, 'signed in', String(scene.authTime))
}
