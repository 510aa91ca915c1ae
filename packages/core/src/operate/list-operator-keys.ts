// The operator keys that count here, for who looks whether theirs is among them.
import { type OperatorKey, publicPartOf } from '../authority/operator-key.ts'
import { thumbprintOf } from '../authority/sign-event.ts'
import type { Engine } from '../engine/engine.ts'
import type { Position } from '../ports/position.ts'

export interface ListedKeys {
  /** Each with its thumbprint as `kid`, and with `until` where it is retired. Empty on one machine. */
  readonly keys: readonly OperatorKey[]
  /** How far the feed is folded: a key that is retired now counts up to here. */
  readonly position: Position
}

export async function listOperatorKeys({ authority, state }: Engine): Promise<ListedKeys> {
  const listed = (authority?.keys ?? []).map(async (key) => ({
    ...publicPartOf(key),
    kid: await thumbprintOf(key),
    ...(key.until === undefined ? {} : { until: key.until }),
  }))
  return { keys: await Promise.all(listed), position: state.position ?? '1:0' }
}
