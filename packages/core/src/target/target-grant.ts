// What the store holds of a trusted target: an entry of one person's list for one opt-out.
import type { Json } from '../ports/json.ts'
import type { Position } from '../ports/position.ts'
import type { StoreKey } from '../ports/store.ts'
import { ifShaped } from '../seal/if-shaped.ts'
import { digestOf } from '../seal/random-id.ts'

export interface TargetGrant {
  readonly optOut: string
  /** As the policy sees it: a text or an integer. */
  readonly target: string | number
  readonly addedAt: number
  readonly overallMs: number
  readonly activation: Position
  readonly position: Position
}

const KIND = 'target'

export function targetKey(subject: string, id: string): StoreKey {
  return [KIND, subject, id]
}

/** The same for the same target, so that a request finds it by one read. */
export function targetId(optOut: string, target: Json): Promise<string> {
  return digestOf(JSON.stringify([optOut, target]))
}

export function parseTargetGrant(value: Json | undefined): TargetGrant | undefined {
  return ifShaped<TargetGrant>(value, {
    optOut: 'string',
    addedAt: 'number',
    overallMs: 'number',
    activation: 'string',
    position: 'string',
  })
}
