// A rule of the document to a compiled one.
import type { Requirement, Rule } from '@countersign/core'
import type { CompiledConditions } from '../lint/check-conditions.ts'
import type { RequirementDocument, RuleDocument } from '../policy-document.ts'
import type { Path } from '../problems/policy-problem.ts'
import { toMs } from './to-ms.ts'
import { withCondition } from './with-condition.ts'

export function buildRule(rule: RuleDocument, path: Path, conditions: CompiledConditions): Rule {
  return {
    id: rule.id,
    actions: rule.actions,
    ...withCondition(rule.when, path, conditions),
    ...(rule.require === undefined ? {} : { require: buildRequirement(rule.require) }),
    ...(rule.deny === undefined ? {} : { deny: rule.deny }),
    optOuts: rule.optOuts ?? [],
  }
}

function buildRequirement({ acr, amr, maxAge, once, bind }: RequirementDocument): Requirement {
  return {
    ...(acr === undefined ? {} : { acr }),
    ...(amr === undefined ? {} : { amr }),
    ...(maxAge === undefined ? {} : { maxAgeSeconds: toMs(maxAge) / 1_000 }),
    ...(once === undefined ? {} : { once }),
    ...(bind === undefined ? {} : { bind }),
  }
}
