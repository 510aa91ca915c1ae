import { compilePolicy, lintPolicy } from '@countersign/policy'
import { describe, expect, test } from 'vitest'

const now = Date.parse('2026-11-24T00:00:00Z')
const rules = 'rules: [{ id: all, actions: ["*"], require: { maxAge: 15m } }]'

function compile(lines: string, end = rules): ReturnType<typeof compilePolicy> {
  return compilePolicy(`countersign: 1\nname: test\n${lines}\n${end}\n`, { now })
}

describe('compilePolicy', () => {
  test('fills in what actions leave out', () => {
    expect(compile('actions: { a: {}, b: { open: true, sensitive: true } }').actions).toEqual({
      a: { sensitive: false, open: false, resource: {} },
      b: { sensitive: true, open: true, resource: {} },
    })
  })

  test('writes routes as requests are compared', () => {
    const { routes } = compile(
      'actions: { a: {}, b: {} }\nroutes: [{ path: /A/B/, action: a, method: [get, Post] }, { path: /, action: a }, { path: /, action: b }, { path: "/x/*/y/**", action: a }]',
    )
    expect(routes).toEqual([
      { methods: ['GET', 'POST'], path: '/a/b', action: 'a' },
      { methods: [], path: '/', action: 'a' },
      { methods: [], path: '/', action: 'b' },
      { methods: [], path: '/x/*/y/**', action: 'a' },
    ])
  })

  test('gives everyone the only threat model where there are no segments', () => {
    const { segments, threatModels } = compile(
      'actions: { a: {} }\nthreatModels: { mine: { bias: -1, signals: { velocity: 3 }, levels: { MEDIUM: 0.4, HIGH: 0.5 } } }',
    )
    expect(segments).toEqual({ everyone: { threatModel: 'mine' } })
    expect(Object.keys(threatModels)).toEqual(['mine'])
  })

  test('compiles every kind of opt-out', () => {
    const { optOuts, rules } = compile(
      `actions: { a: { resource: { n: { type: number, minimum: 0 }, p: { type: string, maxLength: 9 } } } }
optOuts:
  d: { kind: trusted-device, overall: 30d, idle: 7d, riskBelow: MEDIUM, until: 2027-01-31, when: action == "a" }
  s: { kind: allowance, of: resource.n, each: 1.5, total: 10, count: 3, riskBelow: HIGH }
  c: { kind: low-risk, until: 2027-01-31T12:00:00Z, riskBelow: MEDIUM }
  n: { kind: network, networks: [10.0.0.0/8, "2001:DB8::/32"], until: 2027-01-31, riskBelow: MEDIUM }
  w: { kind: waiver, when: 'subject.id == "x"', networks: [10.0.0.0/8], until: 2027-01-31, riskBelow: HIGH,
       owner: a, approvedBy: b, ticket: c, reason: d }
  t: { kind: trusted-target, of: resource.p, overall: 30d, riskBelow: HIGH }
  e: { kind: enrollment-grace, claim: enrolled, until: 2027-01-31, riskBelow: MEDIUM }`,
      'rules: [{ id: all, actions: [a], require: { maxAge: 15m, once: true, bind: [n, p] }, optOuts: [d, s, c, n, w, t, e] }]',
    )
    const until = Date.parse('2027-02-01T00:00:00Z')
    expect(optOuts).toEqual({
      d: {
        kind: 'trusted-device',
        overallMs: 2_592_000_000,
        idleMs: 604_800_000,
        riskBelow: 'MEDIUM',
        until,
        when: expect.objectContaining({ source: 'action == "a"' }),
      },
      s: { kind: 'allowance', of: 'n', each: 1.5, total: 10, count: 3, riskBelow: 'HIGH' },
      c: { kind: 'low-risk', until: Date.parse('2027-01-31T12:00:00Z'), riskBelow: 'MEDIUM' },
      n: { kind: 'network', networks: ['10.0.0.0/8', '2001:db8::/32'], until, riskBelow: 'MEDIUM' },
      w: {
        kind: 'waiver',
        when: expect.objectContaining({ source: 'subject.id == "x"' }),
        networks: ['10.0.0.0/8'],
        until,
        riskBelow: 'HIGH',
        owner: 'a',
        approvedBy: 'b',
        ticket: 'c',
        reason: 'd',
      },
      t: { kind: 'trusted-target', of: 'p', overallMs: 2_592_000_000, riskBelow: 'HIGH' },
      e: { kind: 'enrollment-grace', claim: 'enrolled', until, riskBelow: 'MEDIUM' },
    })
    expect(rules[0]?.require).toEqual({ maxAgeSeconds: 900, once: true, bind: ['n', 'p'] })
  })

  test('takes dates as the texts that they are', () => {
    const lines =
      'actions: { a: {} }\noptOuts: { c: { kind: low-risk, until: 2027-03-31, riskBelow: MEDIUM } }'
    const listed = 'rules: [{ id: all, actions: [a], require: { maxAge: 15m }, optOuts: [c] }]'
    expect(compile(lines, listed).document).toMatchObject({
      optOuts: { c: { until: '2027-03-31' } },
    })
  })

  test('lets an end lie a year ahead, leap day included, and no further', () => {
    const ending = (until: string): readonly string[] =>
      lintPolicy(
        `countersign: 1\nname: t\nactions: { a: {} }\noptOuts: { c: { kind: low-risk, until: ${until}, riskBelow: MEDIUM } }\nrules: [{ id: all, actions: [a], require: { maxAge: 15m }, optOuts: [c] }]`,
        { now },
      ).map(({ code }) => code)
    expect(ending('2027-11-24')).toEqual([])
    expect(ending('2027-11-25T00:00:00Z')).toEqual([])
    expect(ending('2027-11-25T00:00:00.001Z')).toEqual(['until_too_far'])
    expect(ending('2026-11-24T00:00:00.001Z')).toEqual([])
    expect(ending('2026-11-24T00:00:00Z')).toEqual(['opt_out_ended'])
  })

  test('compiles a copy: changing the document afterwards changes nothing', () => {
    const levels = [{ acr: 'a' }]
    const document = {
      countersign: 1 as const,
      name: 't',
      assurance: { levels },
      actions: 'any' as const,
      rules: [{ id: 'all', actions: ['*'], require: { acr: 'a' } }],
    }
    const compiled = compilePolicy(document)
    levels.push({ acr: 'b' })
    expect(compiled.levels).toEqual([{ acr: 'a', amr: [] }])
  })

  test('lets a rule for an action that is not declared yet read what others declare', () => {
    const lines = 'actions: { a: { resource: { n: { type: integer } } } }'
    const text = `countersign: 1\nname: t\n${lines}\nrules:\n  - { id: all, actions: ["*"], require: { maxAge: 15m } }\n  - { id: b, actions: [bbb], when: resource.n > 5, deny: true }\n`
    expect(lintPolicy(text).map(({ code }) => code)).toEqual(['rule_matches_nothing'])
  })
})
