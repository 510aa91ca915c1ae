// What a completed challenge allows besides its factors, where the rule wants it proved for this very action.
import type { GivenPermit } from '../evidence/evidence.ts'
import { needsPermit } from '../policy/check-permit.ts'
import type { Requirement } from '../policy/compiled-policy.ts'
import type { Json } from '../ports/json.ts'
import type { Position } from '../ports/position.ts'
import type { Ticket } from '../ticket/ticket.ts'

/** `undefined` where an attribute that has to be bound is not in the ticket: then it was not shown, and nothing was confirmed. */
export function permitOf(
  { id, action, resource, requirement: { bind = [] } }: Ticket,
  at: number,
  position: Position,
): GivenPermit | undefined {
  const bound: Record<string, Json> = {}
  for (const name of bind) {
    const value = Object.hasOwn(resource, name) ? resource[name] : undefined
    if (value === undefined) return undefined
    bound[name] = value
  }
  return { id, action, bound, at, position }
}

/** For a permit the proof is one of this challenge: what was proved before it began is no confirmation of what it shows. */
export function requirementNow({ requirement, issuedAt }: Ticket, at: number): Requirement {
  if (!needsPermit(requirement)) return requirement
  const sinceTicket = Math.max(0, at - issuedAt) / 1000
  const { maxAgeSeconds = sinceTicket } = requirement
  return { ...requirement, maxAgeSeconds: Math.min(maxAgeSeconds, sinceTicket) }
}
