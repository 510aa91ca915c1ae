// The record of a decision: enough to derive it again (law 9), and nothing that is a secret (T30).
import { EVALUATOR_VERSION } from '../policy/compiled-policy.ts'
import type { Fact, Facts } from '../policy/facts.ts'
import type { AuditEntry } from '../ports/audit-log.ts'
import type { Json } from '../ports/json.ts'
import type { Basis } from './basis.ts'
import type { Decision } from './decision.ts'

export function toDecisionEntry(decision: Decision, basis: Basis | undefined): AuditEntry {
  const entry: { -readonly [key in keyof AuditEntry]: AuditEntry[key] } = {
    type: 'decision',
    at: decision.at,
    id: decision.id,
    action: decision.action,
    outcome: decision.outcome,
    revision: decision.revision,
    evaluator: EVALUATOR_VERSION,
    reasons: decision.reasons.map(reasonEntry),
    withoutOptOuts: decision.withoutOptOuts,
  }
  if (decision.outcome === 'opt-out') entry['optOuts'] = decision.optOuts
  if (decision.outcome === 'deny') entry['because'] = decision.because
  if (decision.outcome === 'challenge') {
    entry['need'] = decision.need
    if (decision.need === 'step-up') entry['requirement'] = { ...decision.requirement }
  }
  if (decision.checks.length > 0) entry['checks'] = decision.checks.map((check) => ({ ...check }))
  if (basis === undefined) return entry
  entry.subject = basis.scene.identity.subject
  entry['activation'] = basis.activation.activation.position
  entry['method'] = basis.scene.reader.method().slice(0, 16)
  entry['denied'] = basis.verdict.denied
  entry['conditions'] = { ...basis.verdict.conditions }
  entry['risk'] = riskEntry(basis)
  entry['facts'] = factsEntry(basis)
  return entry
}

// its text follows from its code
function reasonEntry({ code, rule, optOut }: Decision['reasons'][number]): Json {
  const entry: Record<string, Json> = { code }
  if (rule !== undefined) entry['rule'] = rule
  if (optOut !== undefined) entry['optOut'] = optOut
  return entry
}

function riskEntry({ verdict: { risk } }: Basis): Json {
  return {
    level: risk.level.is === 'known' ? risk.level.value : 'unknown',
    low: round(risk.low),
    high: round(risk.high),
    upper: risk.upper,
    model: risk.model,
    factors: risk.factors.map((factor) => ({ ...factor })),
  }
}

function factsEntry({ activation, facts }: Basis): Json {
  const { reads } = activation
  return {
    at: facts.at,
    action: facts.action,
    resource: {
      ...pick(facts.resource, reads.attributes(facts.action)),
      ...Object.fromEntries(reads.masked(facts.action).map((name) => [name, { is: 'masked' }])),
    },
    address: toJson(facts.address),
    subject: { id: facts.subject.id, claims: pick(facts.subject.claims, reads.claims) },
    session: {
      ...(reads.session ? { id: sessionEntry(facts) } : {}),
      factors: factors(facts),
      ...(facts.session.permits === undefined
        ? {}
        : { permits: permitEntries(facts, reads.masked(facts.action)) }),
    },
    device: deviceEntry(facts),
    ...(facts.targets === undefined ? {} : { targets: targetEntries(facts.targets) }),
    signals: signals(facts),
    absentSignals: absentSignals(facts),
  }
}

/** Those for another action say nothing here. */
function permitEntries({ action, session }: Facts, masked: readonly string[]): Json {
  return (session.permits ?? [])
    .filter((permit) => permit.action === action)
    .map(({ id, at, bound }) => ({
      id,
      action,
      at,
      bound: Object.fromEntries(Object.entries(bound).filter(([name]) => !masked.includes(name))),
    }))
}

// a session's id may be what its cookie holds: the record says only whether it was known
function sessionEntry({ session: { id } }: Facts): Json {
  return id.is === 'known' ? { is: 'masked' } : toJson(id)
}

function factors(facts: Facts): Json {
  return facts.session.factors.map(({ acr, amr, at, from }) => {
    const factor: Record<string, Json> = { amr, from }
    if (acr !== undefined) factor['acr'] = acr
    if (at !== undefined) factor['at'] = at
    return factor
  })
}

function deviceEntry({ device }: Facts): Json {
  if (device.is !== 'known') return toJson(device)
  const { id, trustedAt, usedAt, activation, limits } = device.value
  const copied = Object.entries(limits ?? {}).map(([name, limit]) => [name, { ...limit }] as const)
  return {
    is: 'known',
    value: { id, trustedAt, usedAt, activation, limits: Object.fromEntries(copied) },
  }
}

function targetEntries(targets: NonNullable<Facts['targets']>): Json {
  return Object.fromEntries(
    Object.entries(targets).map(([name, target]) => [
      name,
      target.is === 'known' ? { is: 'known', value: { ...target.value } } : toJson(target),
    ]),
  )
}

// those that are absent say no more than that and are most of them: their codes are enough
function absentSignals({ signals }: Facts): Json {
  return Object.keys(signals).filter((code) => signals[code]?.is === 'absent')
}

function signals(facts: Facts): Json {
  const kept: Record<string, Json> = {}
  for (const code of Object.keys(facts.signals)) {
    const signal = facts.signals[code]
    if (signal !== undefined && signal.is !== 'absent') kept[code] = { ...signal }
  }
  return kept
}

function pick(
  facts: Readonly<Record<string, Fact<Json>>>,
  names: readonly string[],
): Record<string, Json> {
  const picked: Record<string, Json> = {}
  for (const name of names) {
    const fact = Object.hasOwn(facts, name) ? facts[name] : undefined
    picked[name] = fact === undefined ? { is: 'absent' } : toJson(fact)
  }
  return picked
}

function toJson(fact: Fact<Json>): Json {
  switch (fact.is) {
    case 'known':
      return { is: 'known', value: fact.value }
    case 'absent':
      return { is: 'absent' }
    case 'unknown':
      return { is: 'unknown', why: fact.why }
  }
}

function round(score: number): number {
  return Math.round(score * 1e6) / 1e6
}
