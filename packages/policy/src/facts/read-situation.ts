// Facts as people write them: as a record of the audit log has them, or shorter, with plain values in their place. What is
// left out is unknown; only signals are absent, and allowances unspent.
import {
  type CompiledPolicy,
  coerceResource,
  type Fact,
  type Facts,
  type Json,
  type Spent,
} from '@countersign/core'
import { didYouMean } from '../problems/did-you-mean.ts'
import type { Path } from '../problems/policy-problem.ts'
import { FactsError } from './facts-error.ts'
import { type Given, readMapping } from './read-mapping.ts'
import { readMoment } from './read-moment.ts'
import { readSignals } from './read-signals.ts'

/** What a policy decides on: the facts of one request, and what was spent before it. */
export interface Situation {
  readonly facts: Facts
  readonly spent: Spent
}

const FACTS_KEYS: readonly string[] = [
  'at',
  'action',
  'resource',
  'address',
  'subject',
  'session',
  'factors',
  'device',
  'signals',
  'absentSignals',
  'spent',
]

const LEFT_OUT = { is: 'unknown', why: 'fact_missing' } as const

/**
 * Reads what `countersign explain --facts` and policy tests are given.
 *
 * @param now the moment of the request where the facts do not say it; milliseconds since the epoch
 * @throws FactsError where something in it cannot be read, naming its place
 */
export function readSituation(value: unknown, policy: CompiledPolicy, now: number): Situation {
  const given = readMapping(value, [])
  for (const key of Object.keys(given)) if (!FACTS_KEYS.includes(key)) throw unknownKey(key, given)
  const { action } = given
  if (typeof action !== 'string')
    throw new FactsError(
      ['action'],
      'has to be the name of an action',
      action,
      'Write "action": "transfer.create".',
    )
  const at = moment(given['at'] ?? now, ['at'], now)
  const session = given['session'] === undefined ? {} : readMapping(given['session'], ['session'])
  return {
    facts: {
      at,
      action,
      resource: readResource(policy, action, given['resource'] ?? {}),
      address: readFact(given['address']) as Fact<string>,
      subject: readSubject(given['subject']),
      session: {
        id: readFact(session['id']) as Fact<string>,
        factors: readFactors(given['factors'] ?? session['factors'], at),
      },
      device: readDevice(given['device'], at),
      signals: readSignals(policy, given['signals'], given['absentSignals']),
    },
    spent: readSpent(given['spent'], policy),
  }
}

function unknownKey(key: string, given: Given): FactsError {
  const near = didYouMean(key, FACTS_KEYS)
  const fix = near ? `Did you mean ${near}?` : `Write some of ${FACTS_KEYS.join(', ')}.`
  return new FactsError([key], 'is no part of facts', given[key], fix)
}

/** A plain value is a known fact; `{ "is": … }` is one as the audit log has it. */
function readFact(value: unknown): Fact<Json> {
  if (value === undefined) return LEFT_OUT
  if (typeof value === 'object' && value !== null && 'is' in value) {
    const { is } = value as { is: unknown }
    if (is === 'known' && 'value' in value) return value as Fact<Json>
    // a masked value was kept from the log: it is not known here
    return is === 'absent' ? { is: 'absent' } : LEFT_OUT
  }
  return { is: 'known', value: value as Json }
}

function readResource(policy: CompiledPolicy, action: string, value: unknown): Facts['resource'] {
  const given = Object.entries(readMapping(value, ['resource']))
  const known = given.flatMap(([name, one]) => {
    const read = readFact(one)
    return read.is === 'known' ? [[name, read.value] as const] : []
  })
  const declared =
    policy.actions !== 'any' && Object.hasOwn(policy.actions, action)
      ? policy.actions[action]
      : undefined
  if (declared === undefined) return {}
  for (const [name] of given) {
    if (Object.hasOwn(declared.resource, name)) continue
    const names = Object.keys(declared.resource)
    const advice = names.length === 0 ? 'It has none.' : `Write one of ${names.join(', ')}.`
    const problem = `is no attribute of ${action} in the policy`
    throw new FactsError(['resource', name], problem, name, advice)
  }
  return coerceResource(declared, Object.fromEntries(known))
}

function readSubject(value: unknown): Facts['subject'] {
  if (typeof value === 'string') return { id: value, claims: {} }
  const fix = 'Write "subject": "alice", or { "id": "alice", "claims": { … } }.'
  if (typeof value !== 'object' || value === null)
    throw new FactsError(['subject'], 'has to name somebody', value, fix)
  const { id, claims = {} } = value as { id?: unknown; claims?: unknown }
  if (typeof id !== 'string') throw new FactsError(['subject', 'id'], 'has to be a text', id, fix)
  const read = Object.entries(readMapping(claims, ['subject', 'claims']))
  return { id, claims: Object.fromEntries(read.map(([name, claim]) => [name, readFact(claim)])) }
}

function readFactors(value: unknown, now: number): Facts['session']['factors'] {
  const fix = 'Write "factors": [{ "amr": ["pwd"], "at": "2026-11-24T04:00:00Z" }].'
  if (value === undefined) return []
  if (!Array.isArray(value)) throw new FactsError(['factors'], 'has to be a list', value, fix)
  return value.map((one, index) => {
    const path = ['factors', index]
    const { acr, amr = [], at, from = 'identity' } = readMapping(one, path)
    if (!Array.isArray(amr) || !amr.every((method) => typeof method === 'string'))
      throw new FactsError([...path, 'amr'], 'has to be a list of methods', amr, fix)
    if (acr !== undefined && typeof acr !== 'string')
      throw new FactsError([...path, 'acr'], 'has to be a text', acr, fix)
    if (from !== 'identity' && from !== 'evidence')
      throw new FactsError([...path, 'from'], 'has to be identity or evidence', from, fix)
    return {
      amr,
      from,
      ...(acr === undefined ? {} : { acr }),
      ...(at === undefined ? {} : { at: moment(at, [...path, 'at'], now) }),
    }
  })
}

function readDevice(value: unknown, at: number): Facts['device'] {
  const read = readFact(value)
  if (read.is !== 'known')
    return read.is === 'absent' ? { is: 'absent' } : { is: 'unknown', why: 'device_absent' }
  const given = readMapping(read.value, ['device'])
  const { id = 'device', trustedAt, usedAt = trustedAt, activation = '1:1', limits } = given
  return {
    is: 'known',
    value: {
      id: String(id),
      trustedAt: moment(trustedAt ?? at, ['device', 'trustedAt'], at),
      usedAt: moment(usedAt ?? at, ['device', 'usedAt'], at),
      activation: String(activation) as `${number}:${number}`,
      ...(limits === undefined ? {} : { limits: limits as never }),
    },
  }
}

function readSpent(value: unknown, policy: CompiledPolicy): Spent {
  const given = Object.entries(readMapping(value ?? {}, ['spent']))
  return Object.fromEntries(
    given.map(([name, one]) => {
      const path = ['spent', name]
      const { total = 0, count = 0 } = readMapping(one, path)
      if (Object.hasOwn(policy.optOuts, name) && policy.optOuts[name]?.kind !== 'allowance')
        throw new FactsError(path, 'is spent, and is no allowance', name, 'Name an allowance.')
      if (!isAmount(total) || !isAmount(count))
        throw new FactsError(
          path,
          'has to say how much was spent',
          one,
          `Write "${name}": { "total": 90, "count": 3 }.`,
        )
      return [name, { total, count }]
    }),
  )
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

function moment(value: unknown, path: Path, at: number): number {
  const read = readMoment(value, at)
  if (read !== undefined) return read
  throw new FactsError(
    path,
    'has to be a moment',
    value,
    'Write "2026-11-24T04:17:28Z", "15m ago", or milliseconds since 1970.',
  )
}
