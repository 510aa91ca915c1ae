// The strictest merge of several requirements: what one challenge has to bring so that all are met.
import type { AssuranceLevels } from './check-requirement.ts'
import type { Requirement } from './compiled-policy.ts'

export function mergeRequirements(
  levels: AssuranceLevels,
  requirements: readonly Requirement[],
): Requirement {
  const acr = requirements.map((r) => r.acr).reduce((a, b) => higher(levels, a, b), undefined)
  const amr = [...new Set(requirements.flatMap((r) => r.amr ?? []))].sort()
  const bind = [...new Set(requirements.flatMap((r) => r.bind ?? []))].sort()
  const ages = requirements.flatMap((r) => (r.maxAgeSeconds === undefined ? [] : [r.maxAgeSeconds]))
  return {
    ...(acr === undefined ? {} : { acr }),
    ...(amr.length === 0 ? {} : { amr }),
    ...(ages.length === 0 ? {} : { maxAgeSeconds: Math.min(...ages) }),
    ...(requirements.some((r) => r.once === true) ? { once: true } : {}),
    ...(bind.length === 0 ? {} : { bind }),
  }
}

function higher(
  levels: AssuranceLevels,
  a: string | undefined,
  b: string | undefined,
): string | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return (levels.rank.get(a) ?? 0) >= (levels.rank.get(b) ?? 0) ? a : b
}
