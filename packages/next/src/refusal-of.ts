// A check in mode `full` proceeds or refuses; anything else would be a mistake of ours, and is no way in.
import type { Checked } from '@countersign/core'

export type Refusal = Extract<Checked, { is: 'refuse' }>

export function refusalOf(checked: Exclude<Checked, { is: 'proceed' }>): Refusal {
  if (checked.is === 'refuse') return checked
  throw new Error(`a full check answered ${checked.is}`)
}
