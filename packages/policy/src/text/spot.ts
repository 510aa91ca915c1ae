// Where the parts of a document stand in its text.
import { isScalar, type LineCounter, type ParsedNode, type Scalar } from 'yaml'
import type { Place, Wanted } from '../problems/problem-collector.ts'
import { findScalarOffset } from './find-scalar-offset.ts'

/** A node of the text and what lies beneath it, by key or index. */
export interface Spot {
  readonly node: ParsedNode | null
  /** Where its key, or it itself, begins. */
  readonly start: number
  readonly inside: Map<string | number, Spot>
}

/** Characters from the start of the text; what is not there is placed at what would contain it. */
export function findStart(root: Spot, { path, atKey, offset }: Wanted, text: string): number {
  let spot = root
  for (const step of path) {
    const inner = spot.inside.get(step)
    if (inner === undefined) return spot.start
    spot = inner
  }
  const { node } = spot
  if (atKey === true || node === null) return spot.start
  if (offset === undefined || !isScalar(node)) return node.range[0]
  return findScalarOffset(node as Scalar.Parsed, offset, text)
}

export function toPlace(lines: LineCounter, at: number): Place {
  const { line, col } = lines.linePos(at)
  return { line, column: col }
}
