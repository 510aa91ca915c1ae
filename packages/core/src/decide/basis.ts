// What a decision was made on: for its record, for the ticket of a challenge, for detectors.
import type { PreparedActivation } from '../engine/prepare-activation.ts'
import type { Facts } from '../policy/facts.ts'
import type { Verdict } from '../policy/verdict.ts'
import type { Resource } from '../request/coerce-resource.ts'
import type { Scene } from './read-scene.ts'

export interface Basis {
  readonly activation: PreparedActivation
  readonly scene: Scene
  readonly resource: Resource
  readonly facts: Facts
  readonly verdict: Verdict
}
