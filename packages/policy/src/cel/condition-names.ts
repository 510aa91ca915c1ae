// The facts that a condition may read, by the names that they have in CEL.

import { didYouMean } from '../problems/did-you-mean.ts'
import type { CelType } from './cel-type.ts'
import type { FoundName, Names } from './checking.ts'
import type { AttributeType, ConditionScope } from './condition-scope.ts'

/** `signals` and `resource` are groups; a group is no value. */
const fields: Readonly<Record<string, readonly string[]>> = {
  action: [],
  address: [],
  resource: [],
  signals: [],
  subject: ['id', 'claims'],
  session: ['id'],
  device: ['trusted', 'id'],
  risk: ['level'],
}

const attributeTypes: Readonly<Record<AttributeType, CelType>> = {
  string: 'string',
  integer: 'int',
  number: 'double',
  boolean: 'bool',
  any: 'any',
}

export function conditionNames(scope: ConditionScope): Names {
  return {
    find: (keys, use) => findFact(keys, use, scope),
    isGroup: (keys) => ['resource', 'signals', 'subject.claims'].includes(keys.join('.')),
    isTaken: (name) => Object.hasOwn(fields, name),
  }
}

type Use = Parameters<Names['find']>[1]

function findFact(keys: readonly string[], use: Use, scope: ConditionScope): FoundName {
  const [root = '', name, inner] = keys
  if (!Object.hasOwn(fields, root)) return unknownRoot(root, scope)
  switch (root) {
    case 'action':
    case 'address':
      return fact(1, [root], 'string')
    case 'resource':
      return name === undefined ? isGroup(root, 'amount') : findAttribute(name, scope)
    case 'signals':
      return use === 'in' && name !== undefined ? findSignal(name, scope) : signalAdvice(name)
  }
  if (name === undefined) return isGroup(root, fields[root]?.[0] ?? '')
  switch (`${root}.${name}`) {
    case 'subject.claims':
      return inner === undefined
        ? isGroup('subject.claims', 'email')
        : fact(3, ['claim', inner], 'any')
    case 'subject.id':
      return fact(2, ['subject.id'], 'string')
    case 'session.id':
      return fact(2, ['session.id'], 'string')
    case 'device.id':
      return fact(2, ['device.id'], 'string')
    case 'device.trusted':
      return fact(2, ['device.trusted'], 'bool')
    case 'risk.level':
      return scope.risk ? fact(2, ['risk.level'], 'level') : riskAdvice
    default:
      return unknownField(root, name)
  }
}

function fact(
  taken: number,
  path: Extract<FoundName, { ok: true }>['path'],
  type: CelType,
): FoundName {
  return { ok: true, taken, path, type }
}

function findAttribute(name: string, scope: ConditionScope): FoundName {
  const { attributes } = scope
  if (Object.hasOwn(attributes, name)) {
    return fact(2, ['resource', name], attributeTypes[attributes[name] ?? 'any'])
  }
  const declared = Object.keys(attributes)
  const meant = didYouMean(name, declared)
  return {
    ok: false,
    message: `The actions of this rule declare no attribute \`${name}\`.`,
    fix: meant
      ? `Did you mean \`resource.${meant}\`?`
      : declared.length > 0
        ? `Declared are: ${declared.join(', ')}.`
        : 'Declare it under `actions`.',
  }
}

function findSignal(code: string, scope: ConditionScope): FoundName {
  if (scope.signals.includes(code)) return fact(2, ['signal', code], 'bool')
  const meant = didYouMean(code, scope.signals)
  return {
    ok: false,
    message: `There is no signal \`${code}\`.`,
    fix: meant
      ? `Did you mean "${meant}"?`
      : 'Name it in a threat model, or under `external` if it comes from outside.',
  }
}

function signalAdvice(code: string | undefined): FoundName {
  return {
    ok: false,
    message: 'Of a signal only its presence can be asked.',
    fix: `Write \`"${code ?? 'new-device'}" in signals\`.`,
  }
}

const riskAdvice: FoundName = {
  ok: false,
  message: 'A segment cannot read the risk: the risk is worked out from the segments.',
  fix: 'Ask for signals or claims instead.',
}

function isGroup(group: string, example: string): FoundName {
  return {
    ok: false,
    message: `\`${group}\` is a group of facts, and no value by itself.`,
    fix: `Write which one, by its name: \`${group}.${example}\`.`,
  }
}

function unknownField(root: string, name: string): FoundName {
  const known = fields[root] ?? []
  const meant = didYouMean(name, known)
  return {
    ok: false,
    message: `\`${root}\` has no \`${name}\`.`,
    fix: meant
      ? `Did you mean \`${root}.${meant}\`?`
      : `It has: ${known.map((field) => `${root}.${field}`).join(', ')}.`,
  }
}

function unknownRoot(name: string, scope: ConditionScope): FoundName {
  return { ok: false, message: `There is no \`${name}\`.`, fix: rootAdvice(name, scope) }
}

function rootAdvice(name: string, scope: ConditionScope): string {
  if (Object.hasOwn(scope.attributes, name)) return `Write \`resource.${name}\`.`
  if (Object.hasOwn(otherWords, name)) return otherWords[name] ?? ''
  const root = didYouMean(name, Object.keys(fields))
  if (root) return `Did you mean \`${root}\`?`
  const attribute = didYouMean(name, Object.keys(scope.attributes))
  if (attribute) return `Did you mean \`resource.${attribute}\`?`
  return `There are: ${Object.keys(fields).join(', ')}. A string stands in quotes: "${name}".`
}

const otherWords: Readonly<Record<string, string>> = {
  not: 'Write `!` before it.',
  True: 'Write `true`.',
  TRUE: 'Write `true`.',
  False: 'Write `false`.',
  FALSE: 'Write `false`.',
  None: 'Write `null`, or ask `has(…)`.',
  nil: 'Write `null`, or ask `has(…)`.',
  undefined: 'Ask `has(…)`.',
  user: 'Write `subject`.',
  claims: 'Write `subject.claims`.',
  ip: 'Write `address`.',
  level: 'Write `risk.level`.',
}
