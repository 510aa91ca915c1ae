// How a condition reads each fact. What is not known, or not of the declared type, is unknown.
import type { Json } from '../ports/json.ts'
import type { FactPath, FactType } from './expression.ts'
import type { Fact, Facts } from './facts.ts'
import type { FactReaders, Run } from './run.ts'
import { UNKNOWN, type Value } from './value.ts'

type AnyFact = Fact<unknown> | undefined

export const factReaders: FactReaders<Facts> = { read: readFact, has: hasFact }

function readFact(path: FactPath, type: FactType): Run<Facts> {
  switch (path[0]) {
    case 'resource':
      return readAttribute(path[1], type)
    case 'claim':
      return readClaim(path[1])
    case 'signal':
      return readSignal(path[1])
    case 'action':
      return (facts) => facts.action
    case 'subject.id':
      return (facts) => facts.subject.id
    case 'session.id':
      return (facts) => textOf(facts.session.id)
    case 'address':
      return (facts) => textOf(facts.address)
    case 'device.id':
      return ({ device }) => (device.is === 'known' ? device.value.id : UNKNOWN)
    case 'device.trusted':
      return ({ device }) => presenceOf(device)
    case 'risk.level':
      return (_facts, risk) => (risk === undefined ? UNKNOWN : textOf(risk.level))
    default:
      throw notAFact(path)
  }
}

function hasFact(path: FactPath, type: FactType): Run<Facts> {
  switch (path[0]) {
    case 'resource': {
      const [, name] = path
      return ({ resource }) => presenceOf(resource[name], type)
    }
    case 'claim': {
      const [, name] = path
      return ({ subject }) => presenceOf(subject.claims[name])
    }
    case 'session.id':
      return ({ session }) => presenceOf(session.id)
    case 'device.id':
      return ({ device }) => presenceOf(device)
    case 'risk.level':
      return (_facts, risk) => presenceOf(risk?.level)
    case 'device.trusted':
      return ({ device }) => (device.is === 'unknown' ? UNKNOWN : true)
    case 'subject.id':
      return () => true
    default:
      throw notAFact(path)
  }
}

// A record that lacks the name, or finds it on a prototype (`constructor`), gives no fact: that is unknown.
function readAttribute(name: string, type: FactType): Run<Facts> {
  switch (type) {
    case 'string':
      return ({ resource }) => {
        const fact = resource[name]
        return fact?.is === 'known' && typeof fact.value === 'string' ? fact.value : UNKNOWN
      }
    case 'int':
      return ({ resource }) => {
        const fact = resource[name]
        return fact?.is === 'known' && Number.isSafeInteger(fact.value)
          ? (fact.value as number) + 0
          : UNKNOWN
      }
    default:
      return ({ resource }) => {
        const fact = resource[name]
        return fact?.is === 'known' && isOfType(fact.value, type) ? fact.value : UNKNOWN
      }
  }
}

function readClaim(name: string): Run<Facts> {
  return ({ subject }) => {
    const fact = subject.claims[name]
    return fact?.is === 'known' ? fact.value : UNKNOWN
  }
}

function readSignal(code: string): Run<Facts> {
  return ({ signals }) => {
    const is = signals[code]?.is
    return is === 'present' ? true : is === 'absent' ? false : UNKNOWN
  }
}

function textOf(fact: Fact<string>): Value {
  return fact.is === 'known' ? fact.value : UNKNOWN
}

function presenceOf(fact: AnyFact, type: FactType = 'any'): Value {
  if (fact?.is === 'known') return isOfType(fact.value as Json, type) ? true : UNKNOWN
  return fact?.is === 'absent' ? false : UNKNOWN
}

function isOfType(value: Json, type: FactType): boolean {
  switch (type) {
    case 'any':
      return true
    case 'int':
      return Number.isSafeInteger(value)
    case 'double':
      return Number.isFinite(value)
    case 'bool':
      return typeof value === 'boolean'
    case 'string':
      return typeof value === 'string'
  }
}

function notAFact(path: FactPath): Error {
  return new Error(`Unknown fact in a compiled condition: ${path.join(' ')}`)
}
