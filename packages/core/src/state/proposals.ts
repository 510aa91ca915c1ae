// Changes of the policy that wait for a second person.
import type { CompiledPolicy } from '../policy/compiled-policy.ts'
import type { Position } from '../ports/position.ts'
import type { RolloutPlan } from './feed-event.ts'

export interface Proposal {
  readonly position: Position
  readonly policy: CompiledPolicy
  /** Absent: it is to be put in force as it is. */
  readonly plan?: RolloutPlan
  readonly at: number
  readonly by: string
  readonly why: string
  /** The thumbprint of the operator key that signed it, where that takes one. */
  readonly key?: string
}

export type ProposalsJson = readonly Proposal[]

export interface Proposals {
  /** Oldest first, the last 20. */
  list(): readonly Proposal[]
  find(position: Position): Proposal | undefined
  add(proposal: Proposal): void
  take(position: Position): void
}

const KEPT = 20

export function createProposals(json: ProposalsJson = []): Proposals {
  let waiting: readonly Proposal[] = json
  return {
    list: () => waiting,
    find: (position) => waiting.find((one) => one.position === position),
    add(proposal) {
      waiting = [...waiting.slice(1 - KEPT), Object.freeze(proposal)]
    },
    take(position) {
      waiting = waiting.filter((one) => one.position !== position)
    },
  }
}

/** Whether an approval comes from who proposed it: the same name, however written, or the same key under another. */
export function isSamePerson(
  proposal: Pick<Proposal, 'by' | 'key'>,
  by: string,
  key: string | undefined,
): boolean {
  const sameKey = key !== undefined && key === proposal.key
  return sameKey || nameOf(proposal.by) === nameOf(by)
}

export function nameOf(by: string): string {
  return by.trim().normalize('NFKC').toLowerCase()
}
