// One change at a time: what the comparison says of it, and the facts that it shows.
import { readFileSync } from 'node:fs'
import { comparePolicies, compilePolicy, defaultPolicyText } from '@countersign/policy'
import { describe, expect, it, vi } from 'vitest'

// thousands of situations, beside other tests
vi.setConfig({ testTimeout: 30_000 })

const NOW = Date.parse('2026-11-24T12:00:00Z')
const SHOP = readFileSync(new URL('../../../../examples/shop/policy.yaml', import.meta.url), 'utf8')

function compare(before: string, after: string, most?: number) {
  const [live, candidate] = [before, after].map((text) => compilePolicy(text, { now: NOW }))
  if (live === undefined || candidate === undefined) throw new Error('two policies are compared')
  return comparePolicies(live, candidate, { now: NOW, ...(most === undefined ? {} : { most }) })
}

function changed(from: string, to: string): string {
  expect(SHOP).toContain(from)
  return SHOP.replace(from, to)
}

describe('one change to the sample policy', () => {
  const cases = [
    {
      name: 'devices are trusted for longer',
      change: ['overall: 30d', 'overall: 60d'],
      kinds: ['newly-waived'],
      facts: { device: { trustedAt: '2026-10-25T11:59:59.000Z' } },
    },
    {
      name: 'devices are trusted for less long',
      change: ['idle: 7d', 'idle: 1d'],
      kinds: ['newly-challenged'],
      facts: { device: { usedAt: '2026-11-23T11:59:59.000Z' } },
    },
    {
      name: 'a larger payment is small',
      change: ['each: 30', 'each: 50'],
      kinds: ['newly-waived'],
      facts: { resource: { amount: 50 } },
    },
    {
      name: 'more may be spent in all',
      change: ['total: 100', 'total: 200'],
      kinds: ['newly-waived'],
      facts: { spent: { 'small-payment': { total: 100, count: 1 } } },
    },
    {
      name: 'an opt-out holds at a higher risk',
      change: ['idle: 7d, riskBelow: MEDIUM', 'idle: 7d, riskBelow: HIGH'],
      kinds: ['newly-waived'],
      facts: { signals: { velocity: 'present' } },
    },
    {
      name: 'a network is wider',
      change: ['10.0.0.0/8', '10.0.0.0/7'],
      kinds: ['newly-waived'],
      facts: { address: '11.0.0.0', subject: { id: 'svc-audit' } },
    },
    {
      name: 'a waiver ends later',
      change: ['2027-03-31', '2027-06-30'],
      kinds: ['newly-waived'],
      facts: { at: '2027-04-01T00:00:00.000Z' },
    },
    {
      name: 'somebody else is waived',
      change: ['"svc-audit"', '"svc-backup"'],
      kinds: ['newly-waived', 'newly-challenged'],
      facts: { subject: { id: 'svc-backup' } },
    },
    {
      name: 'a login counts for longer',
      change: ['maxAge: 12h', 'maxAge: 24h'],
      kinds: ['newly-passed'],
      facts: { factors: [{ amr: [], at: '2026-11-23T12:00:00.000Z' }] },
    },
    {
      name: 'another method earns a level',
      change: ['[pwd, hwk]', '[pwd, swk]'],
      kinds: ['newly-passed', 'newly-demanded', 'newly-challenged'],
      facts: { action: 'api-key.create' },
    },
    {
      name: 'a denial is gone',
      change: ['"account-disabled" in signals', '"velocity" in signals && action == "none"'],
      kinds: ['newly-waived', 'newly-passed', 'newly-challenged'],
      facts: { signals: { 'account-disabled': 'present' } },
    },
  ]
  it.each(cases)('$name: $kinds', ({ change: [from = '', to = ''], kinds, facts }) => {
    const { differences, complete, limits } = compare(SHOP, changed(from, to))
    expect({ complete, limits }).toEqual({ complete: true, limits: [] })
    expect([...new Set(differences.map(({ kind }) => kind))]).toEqual(kinds)
    expect(differences.map((one) => one.facts)).toContainEqual(
      expect.objectContaining(loosely(facts)),
    )
  })

  it('turned around tells the opposite', () => {
    const { differences } = compare(changed('overall: 30d', 'overall: 60d'), SHOP)
    expect(differences.map(({ kind }) => kind)).toEqual(['newly-challenged'])
    expect(differences[0]?.candidate.why).toContain(
      'remembered-device for money-out: The trust in the device has reached its end.',
    )
  })

  it('tells who passed, and now goes on by an opt-out only', () => {
    const rule =
      '  - { id: extra, actions: [audit.export], require: { acr: aal3 }, optOuts: [audit-robot] }\n'
    const demanding = `${SHOP}\n${rule}`
    const kinds = compare(SHOP, demanding).differences.map(({ kind }) => kind)
    expect(new Set(kinds)).toEqual(new Set(['newly-demanded', 'newly-challenged']))
  })

  it('tells of an action that only one of them declares', () => {
    const { differences } = compare(
      SHOP,
      changed('  account.view: {}\n', '  account.view: {}\n  card.order: { open: true }\n'),
    )
    expect(differences).toContainEqual(
      expect.objectContaining({ kind: 'newly-passed', action: 'card.order' }),
    )
  })
})

/** Of each part that is named no more has to be there. */
function loosely(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([key, value]) => {
      if (Array.isArray(value)) return [key, value.map((one) => expect.objectContaining(one))]
      return [key, typeof value === 'object' ? expect.objectContaining(value) : value]
    }),
  )
}

describe('what is not complete', () => {
  const rule = (when: string) =>
    `${SHOP}\n  - { id: extra, actions: [transfer.create], when: '${when}', require: { maxAge: 1m } }\n`

  it.each([
    'resource.payee.matches("^A")',
    'resource.payee == subject.claims.payee',
    'subject.claims.payees.exists(item, item == "ACME")',
    'resource.amount * 2 > 100',
  ])('says that of %s only examples were tried', (when) => {
    const { complete, limits, differences } = compare(SHOP, rule(when))
    expect(complete).toBe(false)
    expect(limits.join('\n')).toContain('only examples were tried')
    // and tries some that show it
    expect(differences.map(({ kind }) => kind)).toContain('newly-challenged')
  })

  it('says where there are too many situations, and tries the plainest', () => {
    const { complete, limits, situations, differences } = compare(
      SHOP,
      changed('each: 30', 'each: 50'),
      100,
    )
    expect({ complete, situations }).toEqual({ complete: false, situations: 100 })
    expect(limits).toEqual([
      'transfer.create: 100 situations were decided, those that differ least from a plain one; there are more.',
    ])
    expect(differences).toMatchObject([{ kind: 'newly-waived' }])
  })

  it('says that signals of two models were tried in part only', () => {
    const { limits } = compare(SHOP, changed('new-device: 1.2', 'new-device: 1.3'))
    expect(limits).toEqual([
      'The threat models differ: signals that hold in part were tried one at a time.',
    ])
  })
})

it('tries one action of each kind that a rule names, where a policy takes any', () => {
  const rule = '  - { id: card, actions: ["card.*"], require: { maxAge: 5m } }\n'
  const { differences, complete } = compare(defaultPolicyText, `${defaultPolicyText}${rule}`)
  expect(complete).toBe(true)
  expect(new Set(differences.map(({ kind }) => kind))).toEqual(new Set(['newly-challenged']))
  expect(new Set(differences.map(({ action }) => action))).toEqual(new Set(['card.zz-other']))
})
