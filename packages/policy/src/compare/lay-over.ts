// Options read once per policy, and then laid over a situation without reading again.
import type { Facts } from '@countersign/core'
import type { Situation } from '../facts/read-situation.ts'
import { mergeFacts } from '../tests/merge-facts.ts'
import { type Search, situationOn, type Written } from './dimension.ts'

export type Lay = (on: Situation) => Situation

export function prepareLay(search: Search, side: 'live' | 'candidate', option: Written): Lay {
  const read = situationOn(search[side], mergeFacts(search.base, option), search.at)
  const keys = Object.keys(option)
  return ({ facts, spent }) => ({
    facts: keys.reduce<Facts>((laid, key) => layFact(laid, key, read.facts, option), facts),
    spent: keys.includes('spent') ? { ...spent, ...read.spent } : spent,
  })
}

function layFact(on: Facts, key: string, read: Facts, option: Written): Facts {
  switch (key) {
    case 'factors':
      return { ...on, session: { ...on.session, factors: read.session.factors } }
    case 'session':
      return { ...on, session: { ...on.session, id: read.session.id } }
    case 'device':
      return { ...on, device: read.device }
    case 'address':
      return { ...on, address: read.address }
    case 'signals':
      return { ...on, signals: read.signals }
    case 'resource': {
      const names = Object.keys(option['resource'] as Written)
      const own = names.flatMap((name) => {
        const fact = read.resource[name]
        return fact === undefined ? [] : [[name, fact] as const]
      })
      return { ...on, resource: { ...on.resource, ...Object.fromEntries(own) } }
    }
    case 'subject': {
      const isId = Object.hasOwn(option['subject'] as Written, 'id')
      const claims = { ...on.subject.claims, ...read.subject.claims }
      return { ...on, subject: { id: isId ? read.subject.id : on.subject.id, claims } }
    }
    default:
      return on
  }
}
