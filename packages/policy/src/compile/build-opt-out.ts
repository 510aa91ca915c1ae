// An opt-out of the document to a compiled one.
import type { OptOut } from '@countersign/core'
import type { CompiledConditions } from '../lint/check-conditions.ts'
import type { OptOutDocument } from '../policy-document.ts'
import type { Path } from '../problems/policy-problem.ts'
import { parseNetwork } from '../words/parse-network.ts'
import { toEnd, toMs } from './to-ms.ts'
import { takeCondition, withCondition } from './with-condition.ts'

export function buildOptOut(
  optOut: OptOutDocument,
  path: Path,
  conditions: CompiledConditions,
): OptOut {
  const { riskBelow } = optOut
  const when = withCondition(optOut.when, path, conditions)
  switch (optOut.kind) {
    case 'trusted-device': {
      const { kind, overall, idle, until } = optOut
      return {
        kind,
        overallMs: toMs(overall),
        idleMs: toMs(idle),
        riskBelow,
        ...when,
        ...ends(until),
      }
    }
    case 'allowance': {
      const { kind, of, each, total, count, until } = optOut
      const attribute = of.slice('resource.'.length)
      return { kind, of: attribute, each, total, count, riskBelow, ...when, ...ends(until) }
    }
    case 'trusted-target': {
      const { kind, of, overall, until } = optOut
      const attribute = of.slice('resource.'.length)
      return { kind, of: attribute, overallMs: toMs(overall), riskBelow, ...when, ...ends(until) }
    }
    case 'enrollment-grace': {
      const { kind, claim, until } = optOut
      return { kind, claim, until: toEnd(until), riskBelow, ...when }
    }
    case 'low-risk':
      return { kind: optOut.kind, until: toEnd(optOut.until), riskBelow, ...when }
    case 'network': {
      const { kind, until } = optOut
      return { kind, networks: canonical(optOut.networks), until: toEnd(until), riskBelow, ...when }
    }
    case 'waiver': {
      const { kind, owner, approvedBy, ticket, reason } = optOut
      return {
        kind,
        when: takeCondition(path, conditions),
        networks: canonical(optOut.networks),
        until: toEnd(optOut.until),
        riskBelow,
        owner,
        approvedBy,
        ticket,
        reason,
      }
    }
  }
}

function ends(until: string | undefined): { readonly until?: number } {
  return until === undefined ? {} : { until: toEnd(until) }
}

function canonical(networks: readonly string[]): readonly string[] {
  return networks.map((text) => {
    const parsed = parseNetwork(text)
    if (!parsed.ok) throw new Error(`${text} was not checked`)
    return parsed.network
  })
}
