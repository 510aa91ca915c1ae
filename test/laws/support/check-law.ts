// Runs a law on generated cases. The seed is the same in every run, so that what failed once fails again; a failure
// prints it, and LAW_SEED tries another one.
import fc from 'fast-check'

const SEED = Number(process.env['LAW_SEED'] ?? 20_270_115)

export async function checkLaw<Case>(
  cases: fc.Arbitrary<Case>,
  holds: (one: Case) => void | Promise<void>,
  numRuns: number,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(cases, async (one) => await holds(one)),
    { numRuns, seed: SEED },
  )
}

/** What the cases of a law came to, so that no law is kept by cases that never touch it. */
export function createTally<Name extends string>(): {
  add(name: Name): void
  of(name: Name): number
} {
  const counts = new Map<Name, number>()
  return {
    add: (name) => void counts.set(name, (counts.get(name) ?? 0) + 1),
    of: (name) => counts.get(name) ?? 0,
  }
}
