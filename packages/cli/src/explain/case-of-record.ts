// A recorded decision, taken apart: its record says what was decided, the policy of its revision what was demanded.
import {
  type AuditEntry,
  type CompiledPolicy,
  explainRules,
  type Factor,
  type Json,
  type OptOutCheck,
  type Outcome,
  type Requirement,
  type Truth,
  type WhatWasProved,
} from '@countersign/core'
import type { ExplainedCase, ExplainedRisk } from './explained-case.ts'
import { explainOptOuts, explainRisk } from './with-policy.ts'

/** What `toDecisionEntry` of core writes. */
interface DecisionEntry extends AuditEntry {
  readonly action: string
  readonly outcome: Outcome
  readonly revision: string
  readonly activation?: string
  readonly need?: string
  readonly because?: string
}

/** `policy`: that of the record's revision, where it is still known. */
export function caseOfRecord(entry: AuditEntry, policy: CompiledPolicy | undefined): ExplainedCase {
  const { at, id, subject, action, outcome, revision, ...rest } = entry as DecisionEntry
  const conditions = readObject<Record<string, Truth>>(rest['conditions']) ?? {}
  const factors = factorsOf(rest['facts'])
  const risk = readObject<ExplainedRisk>(rest['risk'])
  const checks = readList<OptOutCheck>(rest['checks'])
  const requirement = readObject<Requirement>(rest['requirement'])
  return {
    from: 'record',
    ...{ at, action, outcome },
    ...(id === undefined ? {} : { id }),
    ...(subject === undefined ? {} : { subject }),
    ...(rest.need === undefined ? {} : { need: rest.need }),
    ...(rest.because === undefined ? {} : { because: rest.because }),
    ...(requirement === undefined ? {} : { requirement }),
    reasons: readList(rest['reasons']),
    policy: {
      revision,
      ...(policy === undefined ? {} : { name: policy.name }),
      ...(rest.activation === undefined ? {} : { activation: rest.activation }),
    },
    ...(factors === undefined ? {} : { factors }),
    ...(policy === undefined || factors === undefined
      ? {}
      : {
          rules: explainRules(
            policy,
            { action, at, factors, ...confirmedIn(rest['facts']) },
            conditions,
          ),
        }),
    optOuts: explainOptOuts(checks, readList<string>(rest['optOuts']), conditions, policy),
    ...(risk === undefined ? {} : { risk: explainRisk(risk, policy) }),
    withoutOptOuts: (rest['withoutOptOuts'] as Outcome | undefined) ?? outcome,
    levels: policy?.levels ?? [],
    ...(rest['facts'] === undefined ? {} : { facts: rest['facts'] }),
  }
}

/** `undefined` where the record has no facts: nobody was signed in, or they were too large to be kept. */
function factorsOf(facts: Json | undefined): readonly Factor[] | undefined {
  const { session } = readObject<{ session?: { factors?: readonly Factor[] } }>(facts) ?? {}
  return session?.factors
}

/** What rules with `once` and `bind` compare. */
function confirmedIn(facts: Json | undefined): Pick<WhatWasProved, 'permits' | 'resource'> {
  const { session, resource } =
    readObject<{ session?: WhatWasProved; resource?: WhatWasProved['resource'] }>(facts) ?? {}
  const { permits } = session ?? {}
  return {
    ...(permits === undefined ? {} : { permits }),
    ...(resource === undefined ? {} : { resource }),
  }
}

function readObject<T>(value: Json | undefined): T | undefined {
  return typeof value === 'object' && value !== null ? (value as T) : undefined
}

function readList<T>(value: Json | undefined): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : []
}
