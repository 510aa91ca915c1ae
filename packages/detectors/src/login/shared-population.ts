// The population of all instances: what this one counted since the last time is added to what is in the store, and what
// the others counted comes back with it. Beside the path, every few minutes.
import type { DetectorScene, LoginCounts, OwnCounts } from '@countersign/core'
import { createPopulation, type Population, populationFromJson } from '../history/population.ts'
import type { LoginTraits } from './login-traits.ts'

export interface SharedPopulation {
  /** Reads it where it was not read yet. @throws where the store fails */
  open(store: DetectorScene['store'], at: number): Promise<void>
  counts(own: OwnCounts, at: number): LoginCounts
  learn(
    store: DetectorScene['store'],
    traits: LoginTraits,
    subject: string,
    at: number,
  ): Promise<void>
}

const KEY = ['login-history', '', 'population'] as const
const MERGE_EVERY_MS = 5 * 60_000
const TRIES = 5

export function createSharedPopulation(): SharedPopulation {
  /** What is in the store, as it was read last, and what was counted here, all of it. */
  let all: Population | undefined
  /** What was counted here since, and is not in the store yet. */
  let own = createPopulation()
  let mergedAt = 0
  let merging: Promise<void> | undefined

  async function read(
    store: DetectorScene['store'],
  ): Promise<readonly [Population, string | 'absent']> {
    const entry = await store.read(KEY)
    return entry === undefined
      ? [createPopulation(), 'absent']
      : [populationFromJson(entry.value), entry.version]
  }

  /** Adds what was counted here; what is counted meanwhile is added the next time. */
  async function merge(store: DetectorScene['store'], at: number): Promise<void> {
    const mine = own
    own = createPopulation()
    try {
      for (let i = 0; i < TRIES; i++) {
        const [merged, version] = await read(store)
        merged.merge(mine)
        if (mine.parts.logins > 0 && !(await store.write(KEY, merged.toJson(), version))) continue
        merged.merge(own)
        all = merged
        mergedAt = at
        return
      }
      throw new Error('the counts of all logins were written by others each time')
    } catch (error) {
      mine.merge(own)
      own = mine
      throw error
    }
  }

  function mergeOnce(store: DetectorScene['store'], at: number): Promise<void> {
    merging ??= merge(store, at).finally(() => {
      merging = undefined
    })
    return merging
  }

  return {
    async open(store, at) {
      if (all === undefined) return await mergeOnce(store, at)
      // beside the path: what fails now is tried again, and no count is lost
      if (at - mergedAt >= MERGE_EVERY_MS) mergeOnce(store, at).catch(() => undefined)
    },
    counts(ownCounts, at) {
      all?.age(at)
      return (all ?? createPopulation()).counts(ownCounts, at)
    },
    async learn(store, traits, subject, at) {
      own.add(traits, subject, at)
      all?.add(traits, subject, at)
      if (at - mergedAt >= MERGE_EVERY_MS) await mergeOnce(store, at)
    },
  }
}
