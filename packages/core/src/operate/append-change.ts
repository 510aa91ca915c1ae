// Appends a change of the policy by compare-and-set with the one in force, as the caller knew it.
import type { Engine } from '../engine/engine.ts'
import { AppendConflict } from '../engine/open-engine.ts'
import type { Position } from '../ports/position.ts'
import type { FeedEvent } from '../state/feed-event.ts'

const TRIES = 5

/**
 * The topic's last event need not be the activation in force: one that was refused changed nothing, and a new generation
 * begins without any. Where nothing else is in force than was known, it is tried again after that one.
 *
 * @throws AppendConflict where another change came first
 */
export async function appendPolicyChange(engine: Engine, event: FeedEvent): Promise<Position> {
  const inForce = (): Position | 'none' => engine.state.lastPolicyChange() ?? 'none'
  const known = inForce()
  let expect: Position | 'none' = known
  for (let tries = 1; ; tries++) {
    try {
      return await engine.append(event, expect)
    } catch (error) {
      if (!(error instanceof AppendConflict) || tries >= TRIES) throw error
      if (error.last !== 'none') await engine.waitUntil(error.last)
      if (inForce() !== known) throw error
      expect = error.last
    }
  }
}
