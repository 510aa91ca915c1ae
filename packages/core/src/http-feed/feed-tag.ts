// The entity tag of a state: how far it is folded. Weak, for two instances need not write the same state alike.
import { type Position, parsePosition } from '../ports/position.ts'

export function tagOf(position: Position): string {
  return `W/"${position}"`
}

export function readTag(header: string | undefined): Position | undefined {
  return parsePosition(/^W\/"([\d:]{3,31})"$/.exec(header ?? '')?.[1])
}
