// Which positions belong to this history: those of the present generation, and those that earlier generations had
// reached when the next began. What lies elsewhere was lost, and with it whatever took it back.
import { type Position, readPosition } from '../ports/position.ts'

/** By generation: the last sequence that the next generation took over. */
export type LineageJson = readonly (readonly [generation: number, lastSequence: number])[]

export interface Lineage {
  /** A new generation begins after `position`. */
  close(position: Position): void
  /** True where an earlier generation is not known to have reached so far before the next began. */
  isLost(generation: number, sequence: number): boolean
  toJson(): LineageJson
}

export function createLineage(json: LineageJson = []): Lineage {
  const ends = new Map<number, number>(json)
  return {
    close(position) {
      const [generation, sequence] = readPosition(position)
      ends.set(generation, sequence)
    },
    isLost(generation, sequence) {
      const end = ends.get(generation)
      return end === undefined || !(sequence <= end)
    },
    toJson: () => [...ends],
  }
}
