// How long the folded state keeps what was taken back: longer than any grant can live.

const DAY_MS = 86_400_000

/** Every opt-out and grant ends within a year (law 4). */
export const REVOCATIONS_KEPT_MS: number = 400 * DAY_MS

export const ACTIVATIONS_KEPT = 200

/**
 * The moment from which retention counts: never before the event was folded here, so that a writer whose clock is
 * wrong cannot make a revocation vanish early.
 */
export function keptUntil(eventAt: number, now: number): number {
  return Math.max(Number.isFinite(eventAt) ? eventAt : now, now) + REVOCATIONS_KEPT_MS
}

/** Minutes fit into less memory than milliseconds do. Rounded up: nothing is dropped early. */
export function toMinutes(ms: number): number {
  return Math.ceil(ms / 60_000)
}

export function readMinutes(minutes: number): number {
  return minutes * 60_000
}

/** Drops what is over from the front of a map that is in the order of folding. Stops at the first that is kept. */
export function dropOver(map: Map<string, { readonly keptUntil: number }>, now: number): void {
  for (const [key, value] of map) {
    if (value.keptUntil > now) return
    map.delete(key)
  }
}
