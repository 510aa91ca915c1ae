// Which positions belong to this history: those of the present generation, and those that earlier generations had
// reached when the next began. What lies elsewhere was lost, and with it whatever took it back.
import { type Position, readPosition } from '../ports/position.ts'

/** By generation: the last sequence that the next generation took over. */
export type LineageJson = readonly (readonly [generation: number, lastSequence: number])[]

export interface Lineage {
  /** A new generation begins after `position`. */
  close(position: Position): void
  /** True where `position` is of an earlier generation and not part of this history, of a later one, or no position. */
  isLost(position: Position, current: Position): boolean
  toJson(): LineageJson
}

export function createLineage(json: LineageJson = []): Lineage {
  const ends = new Map<number, number>(json)
  return {
    close(position) {
      const [generation, sequence] = readPosition(position)
      ends.set(generation, sequence)
    },
    isLost(position, current) {
      const [generation, sequence] = readPosition(position)
      const [currentGeneration] = readPosition(current)
      if (generation === currentGeneration) return !(sequence >= 0)
      const end = ends.get(generation)
      return end === undefined || !(sequence <= end)
    },
    toJson: () => [...ends],
  }
}
