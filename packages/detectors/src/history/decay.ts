// How histories fade: by half in two months, and gone after six.

export const KEPT_MS: number = 183 * 86_400_000
const HALF_LIFE_MS = 61 * 86_400_000

/** What is left of 1 after so long; a clock that went back leaves 1. */
export function decay(elapsedMs: number): number {
  return elapsedMs > 0 ? 2 ** (-elapsedMs / HALF_LIFE_MS) : 1
}
