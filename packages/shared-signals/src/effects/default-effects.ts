// The effect of each event type that has one, unless a transmitter's `effects` say otherwise.
import { caepEffects } from './caep-effects.ts'
import type { Effect } from './effect.ts'
import { riscEffects } from './risc-effects.ts'

export const DEFAULT_EFFECTS: Readonly<Record<string, Effect>> = Object.freeze({
  ...caepEffects,
  ...riscEffects,
})
