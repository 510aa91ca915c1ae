// Every mistake at once, inside one broken object too, and no mistake twice.
import { lintPolicy } from '@countersign/policy'
import { describe, expect, test } from 'vitest'

const now = Date.parse('2026-11-24T00:00:00Z')
const RULE = '  - { id: all, actions: ["*"], require: { maxAge: 15m } }'
const LISTED = RULE.replace(/ }$/, ', optOuts: [dev] }')
const ACTIONS = 'actions: { pay: { resource: { amount: { type: integer, minimum: 0 } } } }'

function told(lines: string, rules = RULE): string[] {
  const text = `countersign: 1\nname: test\n${lines}\nrules:\n${rules}\n`
  return lintPolicy(text, { now }).map(({ code, path }) => `${code} ${path}`)
}

describe('a broken part hides no mistake beside it', () => {
  test.each([
    {
      name: 'a level that is not there, and a duration that is too long',
      lines: ACTIONS,
      rules: '  - { id: all, actions: ["*"], require: { acr: aal9, maxAge: 500d } }',
      all: ['unknown_level rules[0].require.acr', 'malformed rules[0].require.maxAge'],
    },
    {
      name: 'a negative weight, and a signal that is misspelt',
      lines: `${ACTIONS}\nthreatModels: { m: { bias: -2, signals: { new-device: -1, velocty: .5 }, levels: { MEDIUM: 0.6, HIGH: 0.5 } } }`,
      all: [
        'out_of_range threatModels.m.signals.new-device',
        'unlikely_signal threatModels.m.signals.velocty',
        'bounds_reversed threatModels.m.levels.HIGH',
      ],
    },
    {
      name: 'a waiver with five mistakes',
      lines: `${ACTIONS}\noptOuts: { dev: { kind: waiver, when: 'subject.nome == "bot"', networks: [10.0.0.0/33, 0.0.0.0/0], until: 2028-01-01, riskBelow: HIGH, owner: a@x.example, approvedBy: a@x.example, ticket: T, reason: R } }`,
      rules: LISTED,
      all: [
        'condition optOuts.dev.when',
        'malformed optOuts.dev.networks[0]',
        'network_everywhere optOuts.dev.networks[1]',
        'until_too_far optOuts.dev.until',
        'approved_by_owner optOuts.dev.approvedBy',
      ],
    },
    {
      name: 'a rule with a strange key',
      lines: ACTIONS,
      rules: `${RULE}\n  - { id: all, actions: [pya], wehn: x, when: resource.amuont > 1, deny: true, optOuts: [def, dev, dev] }`,
      all: [
        'duplicate_rule rules[1].id',
        'rule_matches_nothing rules[1].actions[0]',
        'unknown_key rules[1].wehn',
        'condition rules[1].when',
        'denial_with_opt_outs rules[1].optOuts',
        'unknown_opt_out rules[1].optOuts[0]',
        'unknown_opt_out rules[1].optOuts[1]',
        'duplicate_item rules[1].optOuts[2]',
      ],
    },
    {
      name: 'a route with a bad method',
      lines: `${ACTIONS}\nroutes: [{ method: [1], path: /a//b, action: pya }]`,
      all: [
        'wrong_type routes[0].method[0]',
        'path_not_canonical routes[0].path',
        'unknown_action routes[0].action',
      ],
    },
    {
      name: 'an attribute beside one without a type',
      lines:
        'actions: { pay: { resource: { a: {}, b: { type: number, minimum: 2, maximum: 1 } } } }',
      all: ['missing_key actions.pay.resource.a', 'bounds_reversed actions.pay.resource.b.maximum'],
    },
  ])('$name', ({ lines, rules, all }) => {
    expect(told(lines, rules)).toEqual(all)
  })
})

describe('what follows from a mistake is no second one', () => {
  test.each([
    {
      name: 'an opt-out of no kind: its other fields mean nothing',
      lines: `${ACTIONS}\noptOuts: { dev: { kind: divice, until: 5, networks: {}, when: 7, idle: [] } }`,
      rules: LISTED,
      all: ['not_one_of optOuts.dev.kind'],
    },
    {
      name: 'an opt-out without a kind',
      lines: `${ACTIONS}\noptOuts: { dev: { until: 5, when: 7 } }`,
      rules: LISTED,
      all: ['missing_key optOuts.dev'],
    },
    {
      name: 'mappings where texts belong',
      lines: ACTIONS,
      rules: '  - { id: { a: b }, actions: ["*"], when: { c: d }, require: { acr: { e: f } } }',
      all: [
        'wrong_type rules[0].id',
        'wrong_type rules[0].when',
        'wrong_type rules[0].require.acr',
      ],
    },
    {
      name: 'a condition over actions of which one is not written as it has to be',
      lines: 'actions: { pay: { resource: { amount: { type: integer } } }, look: {} }',
      rules: `${RULE}\n  - { id: b, actions: [look, "p y"], when: resource.amount > 1, deny: true }`,
      all: ['malformed rules[1].actions[1]'],
    },
  ])('$name', ({ lines, rules, all }) => {
    expect(told(lines, rules)).toEqual(all)
  })

  test('a tab is one mistake', () => {
    const text =
      'countersign: 1\nname: test\nactions: { pay: {} }\nrules:\n  - id: all\n\t  actions: ["*"]\n    require: { maxAge: 15m }\n'
    expect(lintPolicy(text)).toMatchObject([
      { code: 'yaml_syntax', line: 6, found: 'a tab', fix: 'indent with spaces' },
    ])
  })

  test('a mistake before the tab is told too', () => {
    const text = 'countersign: 1\nname: "a" b\nactions:\n\tpay: {}\n'
    expect(lintPolicy(text).map(({ line }) => line)).toEqual([2, 4])
  })
})

describe('what is missing is told as it is written', () => {
  test.each([
    {
      lines: 'countersign: 1\nname: a\nactions: any',
      fix: 'add rules, such as rules: [{ id: everything, actions: ["*"], require: { maxAge: 15m } }]',
    },
    { lines: `name: a\nactions: any\nrules:\n${RULE}`, fix: 'add countersign: 1' },
    {
      lines: `countersign: 1\nname: a\nrules:\n${RULE}`,
      fix: 'add actions, such as actions: { transfer.create: {} }, or actions: any',
    },
    {
      lines: `countersign: 1\nname: a\nactions: any\nrules:\n${LISTED}\noptOuts: { dev: { kind: low-risk, riskBelow: HIGH } }`,
      fix: 'add until: a date such as 2027-03-31, or a moment such as 2027-03-31T18:00:00Z',
    },
    {
      lines: `countersign: 1\nname: a\nactions: any\nrules:\n${LISTED}\noptOuts: { dev: { kind: low-risk, until: 2027-01-01 } }`,
      fix: 'add riskBelow: MEDIUM or HIGH',
    },
  ])('$fix', ({ lines, fix }) => {
    expect(lintPolicy(lines, { now }).map((problem) => problem.fix)).toEqual([fix])
  })
})
