// Policy tests: how they are read, and what comes of them.
import { readFileSync } from 'node:fs'
import {
  compilePolicy,
  formatProblem,
  mergeCoverage,
  readPolicyTests,
  runPolicyTests,
  type TestReport,
} from '@countersign/policy'
import { describe, expect, it, test } from 'vitest'

const POLICY = compilePolicy(`
countersign: 1
name: small
assurance: { levels: [{ acr: aal1, amr: [[pwd]] }, { acr: aal2, amr: [[pwd, otp]] }] }
actions:
  view: {}
  transfer: { resource: { amount: { type: integer, minimum: 1 } } }
external: [disabled]
segments:
  staff: { threatModel: calm, when: subject.claims.tier == "staff" || subject.claims.tier == "admin" }
  everyone: { threatModel: calm }
threatModels: { calm: { bias: -2, signals: { velocity: 3 }, levels: { MEDIUM: 0.35, HIGH: 0.7 } } }
optOuts:
  small: { kind: allowance, of: resource.amount, each: 30, total: 100, count: 5, riskBelow: HIGH }
  device: { kind: trusted-device, overall: 30d, idle: 7d, riskBelow: MEDIUM }
rules:
  - { id: view, actions: [view], require: { acr: aal1 } }
  - { id: money, actions: [transfer], require: { acr: aal2, maxAge: 15m }, optOuts: [small, device] }
  - { id: large, actions: [transfer], when: resource.amount > 1000 && !(subject.claims.tier == "staff"), require: { maxAge: 2m } }
  - { id: closed, actions: ["*"], when: '"disabled" in signals', deny: true }
`)

const BASE = `facts:
  alice:
    at: 2026-11-24T12:00:00Z
    action: transfer
    subject: { id: alice, claims: { tier: { is: absent } } }
    resource: { amount: 200 }
    factors: [{ amr: [pwd], at: 1h ago }]
`

function run(cases: string, base = BASE): TestReport {
  const { problems, sound } = readPolicyTests(`${base}cases:\n${cases}`)
  expect(problems).toEqual([])
  if (sound === undefined) throw new Error('the tests are not sound')
  return runPolicyTests(sound, POLICY)
}

describe('a case', () => {
  const cases = [
    { name: 'facts by name', yaml: '{ name: a, facts: alice, expect: challenge }' },
    {
      name: 'facts that are like others',
      yaml: '{ name: a, facts: { like: alice, resource: { amount: 30 } }, expect: opt-out, optOuts: [small] }',
    },
    {
      name: 'what was spent',
      yaml: '{ name: a, facts: { like: alice, resource: { amount: 30 }, spent: { small: { total: 70, count: 4 } } }, expect: opt-out }',
    },
    {
      name: 'an allowance whose total is spent',
      yaml: '{ name: a, facts: { like: alice, resource: { amount: 30 }, spent: { small: { total: 71 } } }, expect: challenge, reasons: [{ rule: money, code: acr_too_low }, allowance_spent] }',
    },
    {
      name: 'an allowance whose count is spent',
      yaml: '{ name: a, facts: { like: alice, resource: { amount: 30 }, spent: { small: { count: 5 } } }, expect: challenge }',
    },
    {
      name: 'another action, whose resource is another',
      yaml: '{ name: a, facts: { like: alice, action: view }, expect: pass }',
    },
    {
      name: 'another subject keeps no claim of the one below',
      yaml: '{ name: a, facts: { like: alice, subject: bob, resource: { amount: 2000 }, factors: [{ amr: [pwd, otp], at: 5m ago }] }, expect: challenge, reasons: [auth_too_old] }',
    },
    {
      name: 'a claim beside those below',
      yaml: '{ name: a, facts: { like: alice, subject: { claims: { tier: staff } }, resource: { amount: 2000 }, factors: [{ amr: [pwd, otp], at: 5m ago }] }, expect: pass, reasons: [{ rule: money, code: requirement_met }] }',
    },
    {
      name: 'a denial of which it is not known whether it holds',
      yaml: '{ name: a, facts: { like: alice, signals: { disabled: unknown } }, expect: deny, reasons: [rule_undetermined] }',
    },
    {
      name: 'a device, trusted at a time of its own',
      yaml: '{ name: a, facts: { like: alice, device: { trustedAt: 30d ago, usedAt: 7d ago } }, expect: opt-out, optOuts: [device], reasons: [{ optOut: device, code: opt_out_holds }] }',
    },
  ]
  it.each(cases)('passes with $name', ({ yaml }) => {
    const { problems, results } = run(`  - ${yaml}`)
    expect(problems).toEqual([])
    expect(results.map(({ passed, got }) => ({ passed, got: passed ? undefined : got }))).toEqual([
      { passed: true, got: undefined },
    ])
  })

  const wrong = [
    { name: 'another outcome', expected: 'expect: pass' },
    { name: 'an opt-out that is not used', expected: 'expect: opt-out, optOuts: [small, device]' },
    { name: 'no opt-out', expected: 'expect: opt-out, optOuts: []' },
    { name: 'another reason', expected: 'expect: opt-out, reasons: [requirement_met]' },
    {
      name: 'a reason of another rule',
      expected: 'expect: opt-out, reasons: [{ code: opt_out_holds, rule: large }]',
    },
  ]
  it.each(wrong)('fails where it expects $name', ({ expected }) => {
    const facts = '{ like: alice, resource: { amount: 30 } }'
    const { results } = run(`  - { name: a small payment, facts: ${facts}, ${expected} }`)
    expect(results).toMatchObject([
      {
        ...{ name: 'a small payment', line: 9, column: 5, passed: false },
        got: { outcome: 'opt-out', optOuts: ['small'] },
        why: 'small for money: The opt-out holds.',
      },
    ])
  })

  it('fails where a reason comes that it does not expect', () => {
    const spent = 'spent: { small: { total: 100 } }'
    const { results } = run(
      `  - { name: a, facts: { like: alice, resource: { amount: 30 }, ${spent} }, expect: challenge, reasons: [acr_too_low] }`,
    )
    expect(results[0]?.passed).toBe(false)
    expect(results[0]?.why).toBe(
      'money: The person has not proved enough: the level of assurance is below what the rule demands. The allowance since the last step-up is spent. device for money: This browser bears no remembered device. small for money: The allowance since the last step-up is spent.',
    )
  })

  it('takes the facts of a recorded decision', () => {
    const text =
      'cases: [{ name: a, facts: { decision: d-1, signals: { disabled: present } }, expect: deny }, { name: b, facts: { decision: d-2 }, expect: deny }]'
    const { sound } = readPolicyTests(text)
    if (sound === undefined) throw new Error('the tests are not sound')
    expect(sound.decisions).toEqual(['d-1', 'd-2'])
    const facts = {
      ...{ at: 1_795_521_600_000, action: 'transfer', subject: { id: 'alice', claims: {} } },
      ...{ resource: { amount: { is: 'known', value: 5 } }, session: { factors: [] } },
      ...{ address: { is: 'absent' }, device: { is: 'absent' } },
      ...{ signals: {}, absentSignals: ['velocity'] },
    }
    const { problems, results } = runPolicyTests(sound, POLICY, {
      recorded: new Map([['d-1', facts]]),
    })
    expect(results).toMatchObject([{ name: 'a', passed: true }])
    expect(problems).toMatchObject([
      {
        path: 'cases[1].facts.decision',
        message: 'no facts of this decision are in the audit log',
      },
    ])
  })
})

describe('a mistake in the tests', () => {
  const unread = [
    { name: 'no YAML', text: 'cases: [', told: '1:9 error yaml_syntax' },
    { name: 'no cases', text: 'facts: {}', told: 'error missing_key: cases is missing' },
    {
      name: 'no such outcome',
      text: 'cases: [{ name: a, facts: {}, expect: challange }]',
      told: '1:39 error not_one_of cases[0].expect: this value is not possible here; found "challange"; did you mean challenge?',
    },
    {
      name: 'facts that are not there',
      text: 'facts: { alice: {} }\ncases: [{ name: a, facts: alcie, expect: pass }]',
      told: '2:27 error not_one_of cases[0].facts: there are no facts of this name; found "alcie"; did you mean alice?',
    },
    {
      name: 'facts that are like themselves',
      text: 'facts: { a: { like: b }, b: { like: a } }\ncases: [{ name: a, facts: a, expect: pass }]',
      told: 'error malformed facts.b.like: these facts are like themselves',
    },
    {
      name: 'facts that are no facts',
      text: 'cases: [{ name: a, facts: [], expect: pass }]',
      told: 'error wrong_type cases[0].facts: facts belong here; found an empty list',
    },
    {
      name: 'a reason without a code',
      text: 'cases: [{ name: a, facts: {}, expect: pass, reasons: [{ rule: money }] }]',
      told: 'error missing_key cases[0].reasons[0]: code is missing',
    },
  ]
  it.each(unread)('$name', ({ text, told }) => {
    const { problems, sound } = readPolicyTests(text)
    expect(sound).toBeUndefined()
    expect(problems.map((problem) => formatProblem(problem)).join('\n')).toContain(told)
  })

  const unrun = [
    {
      name: 'an unknown key, at the place where it is written',
      yaml: '{ name: a, facts: { like: alice, adress: 10.0.0.1 }, expect: pass }',
      told: '9:46 error malformed cases[0].facts.adress: adress is no part of facts; found "10.0.0.1"; Did you mean address?',
    },
    {
      name: 'a mistake in the facts below',
      yaml: '{ name: a, facts: alice, expect: pass }',
      base: BASE.replace('1h ago', 'soon'),
      told: '7:33 error malformed facts.alice.factors[0].at: factors[0].at has to be a moment; found "soon"',
    },
    {
      name: 'a reason that does not exist',
      yaml: '{ name: a, facts: alice, expect: pass, reasons: [acr_to_low] }',
      told: 'error not_one_of cases[0].reasons[0]: the policy has no such reason; found "acr_to_low"; did you mean acr_too_low?',
    },
    {
      name: 'an opt-out that the policy does not have',
      yaml: '{ name: a, facts: alice, expect: opt-out, optOuts: [smal] }',
      told: 'cases[0].optOuts[0]: the policy has no such opt-out; found "smal"; did you mean small?',
    },
    {
      name: 'something spent that is no allowance',
      yaml: '{ name: a, facts: { like: alice, spent: { device: { total: 1 } } }, expect: pass }',
      told: 'spent.device is spent, and is no allowance',
    },
  ]
  it.each(unrun)('$name', ({ yaml, base, told }) => {
    const { problems, results } = run(`  - ${yaml}`, base)
    expect(results).toEqual([])
    expect(problems.map((problem) => formatProblem(problem)).join('\n')).toContain(told)
  })
})

describe('coverage', () => {
  const told = (report: TestReport) =>
    report.coverage
      .filter(({ seen }) => seen > 0)
      .map(({ of, name, atom, can }) => [of, name, ...(atom ? [atom] : []), can].join(' | '))

  it('counts what each case shows, and nothing else', () => {
    const report = run('  - { name: a, facts: alice, expect: challenge }')
    expect(told(report).sort()).toEqual([
      'opt-out | device | not hold',
      'opt-out | small | not hold',
      'rule | closed | "disabled" in signals | be false',
      'rule | closed | not apply',
      'rule | large | not apply',
      'rule | large | resource.amount > 1000 | be false',
      'rule | money | be unmet',
    ])
  })

  it('sees every atom of a condition by itself, an unknown one not at all', () => {
    const report = run(
      '  - { name: a, facts: { like: alice, subject: { claims: { tier: admin } }, resource: { amount: 2000 } }, expect: challenge }',
    )
    const atoms = told(report).filter((line) => line.split(' | ').length === 4)
    expect(atoms.sort()).toEqual([
      'rule | closed | "disabled" in signals | be false',
      'rule | large | resource.amount > 1000 | be true',
      'rule | large | subject.claims.tier == "staff" | be false',
      'segment | staff | subject.claims.tier == "admin" | be true',
      'segment | staff | subject.claims.tier == "staff" | be false',
    ])
  })

  it('does not ask for what cannot be', () => {
    const { coverage } = run('  - { name: a, facts: alice, expect: challenge }')
    const of = (name: string) => coverage.filter((one) => one.name === name).map(({ can }) => can)
    expect(of('view')).toEqual(['be met'])
    expect(of('money')).toEqual(['be met', 'be unmet'])
    expect(of('large').slice(0, 3)).toEqual(['be met', 'be unmet', 'not apply'])
  })

  it('adds up over several files', () => {
    const report = run('  - { name: a, facts: alice, expect: challenge }')
    const merged = mergeCoverage([report.coverage, report.coverage])
    expect(merged).toHaveLength(report.coverage.length)
    expect(merged.find(({ name, can }) => name === 'money' && can === 'be unmet')?.seen).toBe(2)
  })
})

test('the tests of the sample policy pass, and see all of it', () => {
  const read = (name: string) =>
    readFileSync(new URL(`../../../../examples/shop/${name}`, import.meta.url), 'utf8')
  const { problems, sound } = readPolicyTests(read('policy.policy-test.yaml'))
  expect(problems).toEqual([])
  if (sound === undefined) throw new Error('the tests are not sound')
  const policy = compilePolicy(read('policy.yaml'), { now: Date.parse('2026-11-24') })
  const report = runPolicyTests(sound, policy)
  expect(report.problems).toEqual([])
  expect(report.results.filter(({ passed }) => !passed)).toEqual([])
  expect(report.results.length).toBeGreaterThan(15)
  expect(report.coverage.filter(({ seen }) => seen === 0)).toEqual([])
})
