// A facts file: as a record of the audit log has facts, or shorter, with plain values in their place. What is left out is
// unknown; only signals are absent, unless absentSignals says which are, as a record does.
import {
  type CompiledPolicy,
  coerceResource,
  type Fact,
  type Factor,
  type Facts,
  type Json,
  type Signal,
} from '@countersign/core'
import { CliError } from '../cli-error.ts'
import { EXIT } from '../exit-code.ts'
import { nearestName } from '../input/nearest-name.ts'

const KEYS = [
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
]

const LEFT_OUT = { is: 'unknown', why: 'fact_missing' } as const

/** @throws CliError where something in it cannot be read, naming its place */
export function readFacts(text: string, file: string, policy: CompiledPolicy, now: number): Facts {
  const bad = (place: string, problem: string, found: unknown, fix: string) =>
    new CliError(
      EXIT.found,
      'facts_malformed',
      `${file}: ${place} ${problem}, found ${shown(found)}. ${fix}`,
    )
  const given = object('the file', parse(text, file), bad)
  for (const key of Object.keys(given)) {
    if (KEYS.includes(key)) continue
    const near = nearestName(key, KEYS)
    throw bad(
      key,
      'is no part of facts',
      given[key],
      near ? `Did you mean ${near}?` : `Write some of ${KEYS.join(', ')}.`,
    )
  }
  const { action } = given
  if (typeof action !== 'string')
    throw bad(
      'action',
      'has to be the name of an action',
      action,
      'Write "action": "transfer.create".',
    )
  const at = time('at', given['at'] ?? now, bad)
  const session = given['session'] === undefined ? {} : object('session', given['session'], bad)
  return {
    at,
    action,
    resource: resourceOf(policy, action, given['resource'] ?? {}, bad),
    address: fact(given['address']) as Fact<string>,
    subject: subjectOf(given['subject'], bad),
    session: {
      id: fact(session['id']) as Fact<string>,
      factors: factorsOf(given['factors'] ?? session['factors'], bad),
    },
    device: deviceOf(given['device'], at, bad),
    signals: signalsOf(policy, given['signals'] ?? {}, given['absentSignals'], bad),
  }
}

type Bad = (place: string, problem: string, found: unknown, fix: string) => CliError
type Given = Readonly<Record<string, unknown>>

/** A plain value is a known fact; `{ "is": … }` is one as the audit log has it. */
function fact(value: unknown): Fact<Json> {
  if (value === undefined) return LEFT_OUT
  if (typeof value === 'object' && value !== null && 'is' in value) {
    const { is } = value as { is: unknown }
    if (is === 'known' && 'value' in value) return value as Fact<Json>
    // a masked value was kept from the log: it is not known here
    return is === 'absent' ? { is: 'absent' } : LEFT_OUT
  }
  return { is: 'known', value: value as Json }
}

function resourceOf(policy: CompiledPolicy, action: string, value: unknown, bad: Bad) {
  const given = Object.entries(object('resource', value, bad))
  const known = given.flatMap(([name, one]) => {
    const read = fact(one)
    return read.is === 'known' ? [[name, read.value] as const] : []
  })
  const declared = policy.actions === 'any' ? undefined : policy.actions[action]
  if (declared === undefined) return {}
  for (const [name] of given) {
    if (Object.hasOwn(declared.resource, name)) continue
    const names = Object.keys(declared.resource)
    const advice = names.length === 0 ? 'It has none.' : `Write one of ${names.join(', ')}.`
    throw bad(`resource.${name}`, `is no attribute of ${action} in the policy`, name, advice)
  }
  return coerceResource(declared, Object.fromEntries(known))
}

function subjectOf(value: unknown, bad: Bad): Facts['subject'] {
  if (typeof value === 'string') return { id: value, claims: {} }
  const fix = 'Write "subject": "alice", or { "id": "alice", "claims": { … } }.'
  if (typeof value !== 'object' || value === null)
    throw bad('subject', 'has to name somebody', value, fix)
  const { id, claims = {} } = value as { id?: unknown; claims?: unknown }
  if (typeof id !== 'string') throw bad('subject.id', 'has to be a text', id, fix)
  const read = Object.entries(object('subject.claims', claims, bad))
  return { id, claims: Object.fromEntries(read.map(([name, claim]) => [name, fact(claim)])) }
}

function factorsOf(value: unknown, bad: Bad): Factor[] {
  const fix = 'Write "factors": [{ "amr": ["pwd"], "at": "2026-11-24T04:00:00Z" }].'
  if (value === undefined) return []
  if (!Array.isArray(value)) throw bad('factors', 'has to be a list', value, fix)
  return value.map((one, index) => {
    const place = `factors[${index}]`
    const { acr, amr = [], at, from = 'identity' } = object(place, one, bad)
    if (!Array.isArray(amr) || !amr.every((method) => typeof method === 'string'))
      throw bad(`${place}.amr`, 'has to be a list of methods', amr, fix)
    if (acr !== undefined && typeof acr !== 'string')
      throw bad(`${place}.acr`, 'has to be a text', acr, fix)
    if (from !== 'identity' && from !== 'evidence')
      throw bad(`${place}.from`, 'has to be identity or evidence', from, fix)
    return {
      amr,
      from,
      ...(acr === undefined ? {} : { acr }),
      ...(at === undefined ? {} : { at: time(`${place}.at`, at, bad) }),
    }
  })
}

function deviceOf(value: unknown, at: number, bad: Bad): Facts['device'] {
  const read = fact(value)
  if (read.is !== 'known')
    return read.is === 'absent' ? { is: 'absent' } : { is: 'unknown', why: 'device_absent' }
  const {
    id = 'device',
    trustedAt,
    usedAt = trustedAt,
    activation = '1:1',
    limits,
  } = object('device', read.value, bad)
  return {
    is: 'known',
    value: {
      id: String(id),
      trustedAt: time('device.trustedAt', trustedAt ?? at, bad),
      usedAt: time('device.usedAt', usedAt ?? at, bad),
      activation: String(activation) as `${number}:${number}`,
      ...(limits === undefined ? {} : { limits: limits as never }),
    },
  }
}

const SIGNALS = ['present', 'absent', 'unjudged', 'unknown'] as const

function signalsOf(
  policy: CompiledPolicy,
  value: unknown,
  absent: unknown,
  bad: Bad,
): Facts['signals'] {
  const signals: Record<string, Signal> = {}
  for (const code of absentSignals(policy, absent, bad))
    signals[code] = { is: 'absent', share: 0, until: 0 }
  for (const [code, given] of Object.entries(object('signals', value, bad))) {
    const { is, share = is === 'present' ? 1 : 0 } =
      typeof given === 'string' ? { is: given } : object(`signals.${code}`, given, bad)
    const known = SIGNALS.find((one) => one === is)
    if (known === undefined)
      throw bad(
        `signals.${code}`,
        'has to be present, absent, unjudged or unknown',
        is,
        `Write "${code}": "present".`,
      )
    if (typeof share !== 'number' || !(share >= 0 && share <= 1))
      throw bad(
        `signals.${code}.share`,
        'has to be a number from 0 to 1',
        share,
        'Leave it out for 1.',
      )
    signals[code] = { is: known, share, until: 0 }
  }
  return signals
}

function absentSignals(policy: CompiledPolicy, given: unknown, bad: Bad): readonly string[] {
  if (given === undefined) return namedSignals(policy)
  if (Array.isArray(given) && given.every((code) => typeof code === 'string')) return given
  throw bad('absentSignals', 'has to be a list of codes', given, 'Leave it out for all.')
}

function namedSignals({
  external,
  threatModels,
  rules,
  optOuts,
  segments,
}: CompiledPolicy): string[] {
  const conditions = [rules, Object.values(optOuts), Object.values(segments)].flat()
  return [
    ...external,
    ...Object.values(threatModels).flatMap((model) => Object.keys(model.signals)),
    ...conditions.flatMap(({ when }) => when?.reads.signals ?? []),
  ].filter((code) => code !== 'cold-start')
}

function time(place: string, value: unknown, bad: Bad): number {
  const at = typeof value === 'string' ? Date.parse(value) : value
  if (typeof at === 'number' && Number.isFinite(at)) return at
  throw bad(
    place,
    'has to be a moment',
    value,
    'Write "2026-11-24T04:17:28Z", or milliseconds since 1970.',
  )
}

function object(place: string, value: unknown, bad: Bad): Given {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Given
  throw bad(place, 'has to be an object', value, 'Write { … }.')
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new CliError(
      EXIT.found,
      'facts_malformed',
      `${file}: is no JSON: ${(error as Error).message}`,
    )
  }
}

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
