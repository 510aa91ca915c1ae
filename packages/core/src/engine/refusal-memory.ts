// Remembers for a few minutes whose challenge brought too little twice, so that a client that asks again by itself runs
// into an end and not into a loop (T21). It only tightens, so it may be forgotten; a client cannot make it forget.
import { LRUCache } from 'lru-cache'
import type { Requirement } from '../policy/compiled-policy.ts'

const REMEMBERED_MS = 5 * 60 * 1000

export interface RefusalMemory {
  remember(subject: string, binding: string, requirement: Requirement, at: number): void
  has(subject: string, binding: string | undefined, requirement: Requirement, at: number): boolean
}

export function createRefusalMemory(): RefusalMemory {
  const until = new LRUCache<string, number>({ max: 10_000 })
  return {
    remember: (subject, binding, requirement, at) =>
      void until.set(keyOf(subject, binding, requirement), at + REMEMBERED_MS),
    has: (subject, binding, requirement, at) =>
      binding !== undefined && (until.get(keyOf(subject, binding, requirement)) ?? 0) > at,
  }
}

function keyOf(
  subject: string,
  binding: string,
  { acr, amr, maxAgeSeconds, once, bind }: Requirement,
): string {
  const demands = [acr, amr, maxAgeSeconds, once, bind].map((demand) => demand ?? null)
  return JSON.stringify([subject, binding, ...demands])
}
