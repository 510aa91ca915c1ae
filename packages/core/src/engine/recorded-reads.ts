// Which facts a record keeps: those that the policy reads, and of them those that its masking allows (law 9).
import type { CompiledPolicy } from '../policy/compiled-policy.ts'

export interface RecordedReads {
  readonly claims: readonly string[]
  /** Whether any condition reads the session's id. */
  readonly session: boolean
  /** By action: the attributes that conditions, opt-outs or `bind` read and that are not masked. */
  attributes(action: string): readonly string[]
  /** Attributes that are read and masked: the record says that they were there. */
  masked(action: string): readonly string[]
}

export function recordedReads(policy: CompiledPolicy): RecordedReads {
  const conditions = [
    ...policy.rules.map((rule) => rule.when),
    ...Object.values(policy.optOuts).map((optOut) => optOut.when),
    ...Object.values(policy.segments).map((segment) => segment.when),
  ].flatMap((condition) => (condition === undefined ? [] : [condition.reads]))
  const kinds = Object.values(policy.optOuts)
  const spent = kinds.flatMap((optOut) =>
    optOut.kind === 'allowance' || optOut.kind === 'trusted-target' ? [optOut.of] : [],
  )
  const told = kinds.flatMap((optOut) => (optOut.kind === 'enrollment-grace' ? [optOut.claim] : []))
  const bound = policy.rules.flatMap(({ require }) => require?.bind ?? [])
  const read = new Set([...conditions.flatMap((reads) => reads.resource), ...spent, ...bound])
  const open: Record<string, readonly string[]> = {}
  const masked: Record<string, readonly string[]> = {}
  if (policy.actions !== 'any') {
    for (const [action, { resource }] of Object.entries(policy.actions)) {
      const names = Object.keys(resource).filter((name) => read.has(name))
      open[action] = names.filter((name) => resource[name]?.masked !== true)
      masked[action] = names.filter((name) => resource[name]?.masked === true)
    }
  }
  return {
    claims: [...new Set([...conditions.flatMap((reads) => reads.claims), ...told])].sort(),
    session: conditions.some((reads) => reads.facts.includes('session.id')),
    attributes: (action) => (Object.hasOwn(open, action) ? (open[action] ?? []) : []),
    masked: (action) => (Object.hasOwn(masked, action) ? (masked[action] ?? []) : []),
  }
}
