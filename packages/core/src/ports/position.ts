// A place in the feed: which history (generation), and how far along it (sequence).

/**
 * `<generation>:<sequence>`, both decimal. The sequence rises by one with each event; the generation rises whenever
 * the history itself was replaced (a restored file, a failed-over server), so that going back is noticed.
 */
export type Position = `${number}:${number}`

/** The position before the first event of a generation. */
export function firstPosition(generation: number): Position {
  return `${generation}:0`
}

export function nextPosition(position: Position): Position {
  const [generation, sequence] = readPosition(position)
  return `${generation}:${sequence + 1}`
}

/** Negative where `a` lies before `b`, 0 where they are the same, positive where `a` lies after `b`. */
export function comparePositions(a: Position, b: Position): number {
  if (a === b) return 0
  const [generationA, sequenceA] = readPosition(a)
  const [generationB, sequenceB] = readPosition(b)
  return generationA - generationB || sequenceA - sequenceB
}

/** A position that came from outside, or `undefined` where it is none. */
export function parsePosition(text: unknown): Position | undefined {
  if (typeof text !== 'string' || !/^(0|[1-9]\d{0,14}):(0|[1-9]\d{0,14})$/.test(text))
    return undefined
  return text as Position
}

/** Both are NaN where the text is no position: every comparison with them is then false. */
export function readPosition(position: Position): [generation: number, sequence: number] {
  const colon = position.indexOf(':')
  if (colon < 0) return [Number.NaN, Number.NaN]
  return [Number(position.slice(0, colon)), Number(position.slice(colon + 1))]
}
