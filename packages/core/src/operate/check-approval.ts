// Where the policy in force asks for a second person, one alone may only tighten; and whoever a waiver names as its approver
// has to be one of the two.
import type { Engine } from '../engine/engine.ts'
import type { CompiledPolicy } from '../policy/compiled-policy.ts'
import { canonicalJson } from '../ports/canonical-json.ts'
import type { Json } from '../ports/json.ts'
import { isSamePerson, nameOf, type Proposal } from '../state/proposals.ts'
import { ActivationRefused } from './check-activation.ts'

/**
 * Whether the candidate may let somebody go on who could not before. Where nothing can tell, it may: an edge has no
 * comparison.
 */
export type MayLoosen = (live: CompiledPolicy, candidate: CompiledPolicy) => boolean

/** @throws ActivationRefused `second_person_needed` */
export function assertAloneTightens(
  { state }: Pick<Engine, 'state'>,
  candidate: CompiledPolicy,
  mayLoosen: MayLoosen,
): void {
  const live = state.active()?.policy
  if (live?.approval === undefined || live.revision === candidate.revision) return
  if (candidate.approval !== undefined && !mayLoosen(live, candidate)) return
  throw new ActivationRefused(
    'second_person_needed',
    'The policy in force asks for a second person, and somebody may be newly waived or passed by this one. Propose it: countersign activate <policy> --propose. What only tightens, suspend and recall need nobody else.',
  )
}

/** @throws ActivationRefused `same_person`, `approver_missing` */
export function assertSecondPerson(
  { state }: Pick<Engine, 'state'>,
  proposal: Proposal,
  by: string,
): void {
  if (isSamePerson(proposal, by, undefined))
    throw new ActivationRefused(
      'same_person',
      `${proposal.position}: ${proposal.by} proposed it, and somebody else has to approve it.`,
    )
  const persons = [nameOf(proposal.by), nameOf(by)]
  for (const { name, approvedBy } of newWaivers(state.active()?.policy, proposal.policy)) {
    if (persons.includes(nameOf(approvedBy))) continue
    throw new ActivationRefused(
      'approver_missing',
      `${name}: this waiver is new or was changed, and says that ${approvedBy} approved it. ${approvedBy} has to propose or approve the policy.`,
    )
  }
}

function newWaivers(
  live: CompiledPolicy | undefined,
  candidate: CompiledPolicy,
): readonly { readonly name: string; readonly approvedBy: string }[] {
  return Object.entries(candidate.optOuts).flatMap(([name, optOut]) => {
    if (optOut.kind !== 'waiver') return []
    const before = live !== undefined && Object.hasOwn(live.optOuts, name) && live.optOuts[name]
    const text = (one: unknown) => canonicalJson(JSON.parse(JSON.stringify(one)) as Json)
    const same = before !== undefined && before !== false && text(before) === text(optOut)
    return same ? [] : [{ name, approvedBy: optOut.approvedBy }]
  })
}
