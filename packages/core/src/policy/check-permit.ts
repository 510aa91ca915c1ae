// `once` and `bind`: whether a challenge was completed for this very action, with these values of its attributes. Pure.
import { type AssuranceLevels, checkRequirement } from './check-requirement.ts'
import type { Requirement } from './compiled-policy.ts'
import type { Facts, Permit } from './facts.ts'
import type { ReasonCode } from './reason-code.ts'

/** How long a permit waits for its request, where the rule's `maxAge` is not shorter. */
export const PERMIT_LIFE_MS: number = 15 * 60 * 1000

type Asked = Pick<Facts, 'at' | 'action' | 'resource' | 'session'>

export function needsPermit({ once, bind = [] }: Requirement): boolean {
  return once === true || bind.length > 0
}

/** The requirement as a whole: what was proved, and where the rule says so, that it was proved for this. */
export function checkProof(
  levels: AssuranceLevels,
  requirement: Requirement,
  asked: Asked,
): ReasonCode {
  const proved = checkRequirement(levels, requirement, asked.session.factors, asked.at)
  if (proved !== 'requirement_met' || !needsPermit(requirement)) return proved
  if (findPermit(requirement, asked) !== undefined) return 'requirement_met'
  return (requirement.bind ?? []).every((name) => knownValue(asked, name) !== undefined)
    ? 'permit_missing'
    : 'bound_unknown'
}

/** The newest that fits. */
export function findPermit(requirement: Requirement, asked: Asked): Permit | undefined {
  let newest: Permit | undefined
  for (const permit of asked.session.permits ?? [])
    if (fits(permit, requirement, asked) && !(permit.at <= (newest?.at ?? -1))) newest = permit
  return newest
}

function fits(
  { action, bound, at }: Permit,
  { bind = [], maxAgeSeconds }: Requirement,
  asked: Asked,
): boolean {
  const longest = Math.min(
    PERMIT_LIFE_MS,
    maxAgeSeconds === undefined ? PERMIT_LIFE_MS : maxAgeSeconds * 1000,
  )
  const age = asked.at - at
  // negatable as a whole, so that NaN is never within
  if (!(age >= 0 && age <= longest) || action !== asked.action) return false
  return bind.every((name) => {
    const value = knownValue(asked, name)
    return value !== undefined && Object.hasOwn(bound, name) && bound[name] === value
  })
}

/** Attributes are texts, numbers and truth values: they compare by `===`. */
function knownValue({ resource }: Asked, name: string): string | number | boolean | undefined {
  const fact = Object.hasOwn(resource, name) ? resource[name] : undefined
  if (fact?.is !== 'known') return undefined
  const { value } = fact
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : undefined
}
