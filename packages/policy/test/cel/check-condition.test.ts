import { describe, expect, test } from 'vitest'
import { checkCondition } from '../../src/cel/check-condition.ts'
import type { ConditionProblem } from '../../src/cel/condition-problem.ts'
import type { ConditionScope } from '../../src/cel/condition-scope.ts'

const scope: ConditionScope = {
  attributes: {
    amount: 'integer',
    payee: 'string',
    rate: 'number',
    urgent: 'boolean',
    note: 'any',
    'card-type': 'string',
  },
  signals: ['new-device', 'velocity', 'cold-start'],
  risk: true,
}

function problemsOf(source: string, within = scope): readonly ConditionProblem[] {
  const checked = checkCondition(source, within)
  return checked.ok ? [] : checked.problems
}

describe('admitted conditions, and what they read', () => {
  const nothing = { resource: [], claims: [], signals: [], facts: [] }
  test.each([
    ['true', {}],
    ['risk.level == "HIGH"', { facts: ['risk'] }],
    ['"HIGH" != risk.level', { facts: ['risk'] }],
    ['risk.level in ["MEDIUM", "HIGH"]', { facts: ['risk'] }],
    [
      '"new-device" in signals && !("velocity" in signals)',
      { signals: ['new-device', 'velocity'] },
    ],
    ['resource.amount > 30', { resource: ['amount'] }],
    ['resource["card-type"] == "credit"', { resource: ['card-type'] }],
    ['has(resource.amount) || "payee" in resource', { resource: ['amount', 'payee'] }],
    ['resource.rate >= 1', { resource: ['rate'] }],
    ['resource.rate * 2.0 == 1.0', { resource: ['rate'] }],
    ['resource.urgent ? resource.amount < 5 : true', { resource: ['amount', 'urgent'] }],
    ['resource.note == 1 || resource.note == "x"', { resource: ['note'] }],
    ['subject.id == "svc-audit"', { facts: ['subject.id'] }],
    ['has(subject.claims.org.plan)', { claims: ['org'] }],
    [
      'subject.claims["https://shop.example/roles"][0] == "x"',
      { claims: ['https://shop.example/roles'] },
    ],
    ['"email" in subject.claims', { claims: ['email'] }],
    ['"admin" in subject.claims.roles', { claims: ['roles'] }],
    ['subject.claims.email_verified', { claims: ['email_verified'] }],
    ['subject.claims.roles.exists(r, r.startsWith("adm"))', { claims: ['roles'] }],
    ['subject.claims.a.all(x, x in subject.claims.b)', { claims: ['a', 'b'] }],
    ['int(subject.claims.seats) + 1 > 3', { claims: ['seats'] }],
    ['device.trusted && device.id != ""', { facts: ['device'] }],
    ['session.id == string(1)', { facts: ['session.id'] }],
    ['address.startsWith("10.") // the office', { facts: ['address'] }],
    ['action in ["a.b", "c.d"]', { facts: ['action'] }],
    ['resource.payee.matches("^[A-Z]{2}\\\\d+$")', { resource: ['payee'] }],
    ['resource.payee.matches(r"^\\d+$")', { resource: ['payee'] }],
    ['size(resource.payee) == resource.payee.size()', { resource: ['payee'] }],
    ['{"EUR": 5, "USD": 6}[resource.payee] < resource.amount', { resource: ['amount', 'payee'] }],
    ['resource.urgent == (resource.amount < 3)', { resource: ['amount', 'urgent'] }],
    ['resource.amount == -9007199254740991', { resource: ['amount'] }],
  ])('%s', (source, reads) => {
    const checked = checkCondition(source, scope)
    expect(problemsOf(source)).toEqual([])
    if (!checked.ok) return
    expect(checked.condition.source).toBe(source)
    expect(checked.condition.reads).toEqual({ ...nothing, ...reads })
    expect(JSON.parse(JSON.stringify(checked.condition.tree))).toEqual(checked.condition.tree)
  })
})

interface Mistake {
  readonly source: string
  readonly message: string
  readonly found: string
  readonly fix: string
}

describe('mistakes are explained', () => {
  const mistakes: readonly Mistake[] = [
    // other languages
    { source: 'action = "x"', message: 'A single `=` assigns', found: '=', fix: 'Write `==`.' },
    {
      source: 'subject.id === "x"',
      message: 'CEL has no `===`.',
      found: '===',
      fix: 'Write `==`: it never converts types.',
    },
    {
      source: 'action == "x" & true',
      message: 'A single `&` is no operator',
      found: '&',
      fix: 'Write `&&`.',
    },
    { source: 'action <> "x"', message: 'CEL has no `<>`.', found: '<>', fix: 'Write `!=`.' },
    {
      source: 'resource.urgent and true',
      message: 'CEL has no word `and`.',
      found: 'and',
      fix: 'Write `&&`.',
    },
    {
      source: '(true OR false)',
      message: 'CEL has no word `or`.',
      found: 'OR',
      fix: 'Write `||`.',
    },
    {
      source: 'not resource.urgent',
      message: 'CEL has no word `not`.',
      found: 'not',
      fix: 'Write `!` before it',
    },
    {
      source: 'not(resource.urgent)',
      message: '`not` is not admitted',
      found: 'not(resource.urgent)',
      fix: 'Write `!(…)`.',
    },
    {
      source: 'len(action) > 1',
      message: '`len` is not admitted',
      found: 'len(action)',
      fix: 'Write `size(x)`.',
    },
    {
      source: 'contains(action, "x")',
      message: '`contains` is called on a value.',
      found: 'contains(action, "x")',
      fix: 'Write `action.contains("x")`.',
    },
    {
      source: 'action.startswith("x")',
      message: '`.startswith()` is not admitted',
      found: 'action.startswith("x")',
      fix: 'Did you mean `startsWith`?',
    },
    { source: 'True', message: 'There is no `True`.', found: 'True', fix: 'Write `true`.' },
    // names
    {
      source: 'resource.amont > 3',
      message: 'declare no attribute `amont`',
      found: 'resource.amont',
      fix: 'Did you mean `resource.amount`?',
    },
    {
      source: 'amount > 3',
      message: 'There is no `amount`.',
      found: 'amount',
      fix: 'Write `resource.amount`.',
    },
    {
      source: 'resourse.amount > 3',
      message: 'There is no `resourse`.',
      found: 'resourse.amount',
      fix: 'Did you mean `resource`?',
    },
    {
      source: 'subject.claim.x == 1',
      message: '`subject` has no `claim`.',
      found: 'subject.claim.x',
      fix: 'Did you mean `subject.claims`?',
    },
    {
      source: '"new-devise" in signals',
      message: 'There is no signal `new-devise`.',
      found: '"new-devise"',
      fix: 'Did you mean "new-device"?',
    },
    {
      source: 'signals.velocity',
      message: 'Of a signal only its presence',
      found: 'signals.velocity',
      fix: 'Write `"velocity" in signals`.',
    },
    {
      source: 'action in signals',
      message: 'is written out',
      found: 'action',
      fix: 'Write the name in quotes.',
    },
    {
      source: 'resource[action] == 1',
      message: '`resource` is a group of facts',
      found: 'resource',
      fix: 'Write which one',
    },
    {
      source: 'subject.claims.exists(c, c == "x")',
      message: '`subject.claims` is a group',
      found: 'subject.claims',
      fix: 'Write which one',
    },
    {
      source: 'risk.level == "HGH"',
      message: 'A risk level is "LOW", "MEDIUM" or "HIGH".',
      found: '"HGH"',
      fix: 'Did you mean "HIGH"?',
    },
    {
      source: 'risk.level in ["HIGH", "high"]',
      message: 'A risk level is',
      found: '"high"',
      fix: 'Did you mean "HIGH"?',
    },
    {
      source: 'risk.level >= "MEDIUM"',
      message: 'Risk levels have no order',
      found: 'risk.level >= "MEDIUM"',
      fix: 'Write `risk.level in ["MEDIUM", "HIGH"]`.',
    },
    {
      source: 'risk.level.startsWith("H")',
      message: '`startsWith` is for strings',
      found: 'risk.level',
      fix: 'Write `risk.level == "HIGH"`',
    },
    {
      source: 'risk.score > 1',
      message: '`risk` has no `score`.',
      found: 'risk.score',
      fix: 'It has: risk.level.',
    },
    // types
    {
      source: 'resource.rate == 0',
      message: '`0` is an integer',
      found: 'resource.rate == 0',
      fix: 'Write `0.0`.',
    },
    {
      source: 'resource.rate * 2 > 1.0',
      message: '`2` is an integer',
      found: 'resource.rate * 2',
      fix: 'Write `2.0`.',
    },
    {
      source: 'resource.rate * resource.amount > 1.0',
      message: '`resource.amount` is an integer',
      found: 'resource.rate * resource.amount',
      fix: 'Write `double(resource.amount)`.',
    },
    {
      source: 'subject.claims.n + 1 > 2',
      message: 'may be of any type',
      found: 'subject.claims.n + 1',
      fix: 'Write int(…)',
    },
    {
      source: 'resource.amount == "30"',
      message: 'these are an integer and a string',
      found: 'resource.amount == "30"',
      fix: 'Write quotes around strings',
    },
    {
      source: 'action == null',
      message: 'This is never null',
      found: 'action == null',
      fix: 'Write `has(…)`',
    },
    {
      source: '"x" in action',
      message: '`in` looks into lists and maps',
      found: '"x" in action',
      fix: 'Write `text.contains("part")`.',
    },
    {
      source: 'resource.amount in ["1"]',
      message: 'is an integer, and this is a list of strings',
      found: 'resource.amount in ["1"]',
      fix: 'Write a list of the same type.',
    },
    {
      source: '1 < resource.amount < 3',
      message: 'Comparisons do not chain.',
      found: '1 < resource.amount < 3',
      fix: 'Write `a < b && b < c`.',
    },
    {
      source: 'resource.urgent == resource.amount < 3',
      message: 'from left to right',
      found: 'resource.urgent == resource.amount < 3',
      fix: 'Write parentheses.',
    },
    {
      source: 'resource.amount && true',
      message: 'This is an integer, where true or false is needed.',
      found: 'resource.amount',
      fix: 'Compare it with something',
    },
    {
      source: 'resource.amount',
      message: 'A condition is true or false; this is an integer.',
      found: 'resource.amount',
      fix: 'Compare it',
    },
    {
      source: 'resource.urgent ? 1 == 1 : "x"',
      message: 'Both sides of `:` have one type',
      found: 'resource.urgent ? 1 == 1 : "x"',
      fix: 'Write two values',
    },
    {
      source: '[1, "x"] == []',
      message: 'A list holds one type',
      found: '"x"',
      fix: 'Write values of one type.',
    },
    {
      source: '{1: 2} == {}',
      message: 'The keys of a map are strings.',
      found: '1',
      fix: 'Write `{"key": value}`.',
    },
    {
      source: 'action + 1 == "x"',
      message: 'A string is joined to strings only',
      found: 'action + 1',
      fix: 'Write string(1).',
    },
    {
      source: 'string(resource.rate) == "1"',
      message: '`string` does not take a number with a fraction',
      found: 'string(resource.rate)',
      fix: 'Write string(int(…))',
    },
    {
      source: 'resource.amount == 9007199254740992',
      message: 'The integer is too large',
      found: '9007199254740992',
      fix: 'Write a smaller one',
    },
    {
      source: 'resource.amount == -9007199254740992',
      message: 'The integer is too large',
      found: '-9007199254740992',
      fix: 'Write a smaller one',
    },
    {
      source: 'action == b"x"',
      message: 'Bytes are not admitted',
      found: 'b"x"',
      fix: 'Write a string.',
    },
    {
      source: 'resource.amount == 1u',
      message: 'Unsigned integers',
      found: '1u',
      fix: 'Leave out the `u`.',
    },
    // bounds
    {
      source: 'subject.claims.a.exists(x, subject.claims.b.exists(y, x == y))',
      message: 'Comprehensions are not nested',
      found: 'subject.claims.b.exists(y, x == y)',
      fix: 'Split it over two rules',
    },
    {
      source: 'subject.claims.a.map(x, x) == []',
      message: '`.map()` is not admitted',
      found: 'subject.claims.a.map(x, x)',
      fix: 'Write the condition on each item',
    },
    {
      source: 'subject.claims.a.exists(action, action == "x")',
      message: '`action` is the name of a fact',
      found: 'action',
      fix: 'Write another name.',
    },
    {
      source: 'action.matches(subject.id)',
      message: '`matches` takes one pattern that is written out.',
      found: 'action.matches(subject.id)',
      fix: 'Write `text.matches',
    },
    {
      source: 'action.matches("(?=a)")',
      message: 'In the pattern: lookahead',
      found: '"(?=a)"',
      fix: 'Write two conditions',
    },
    {
      source: 'has(subject.claims["x"].y)',
      message: '`has` takes names that are joined by dots',
      found: 'subject.claims["x"].y',
      fix: 'Write `"y" in subject.claims["x"]`.',
    },
    {
      source: 'has(action)',
      message: '`has` takes a field',
      found: 'has(action)',
      fix: 'Write `has(subject.claims.name)`',
    },
    {
      source: '',
      message: 'The condition is empty.',
      found: '',
      fix: 'Write one, or leave `when` out.',
    },
    {
      source: 'action in ["a", "b"',
      message: 'The condition ends too early.',
      found: '',
      fix: 'Finish it',
    },
    {
      source: 'timestamp("x") == 1',
      message: '`timestamp` is not admitted',
      found: 'timestamp("x")',
      fix: 'Leave times out',
    },
  ]
  test.each(mistakes)('$source', ({ source, message, found, fix }) => {
    const [problem, ...others] = problemsOf(source)
    expect(others).toEqual([])
    expect(problem?.message).toContain(message)
    expect(problem?.fix).toContain(fix)
    if (found !== '') {
      expect(problem?.found).toBe(found)
      expect(source.slice(problem?.offset).startsWith(found)).toBe(true)
    }
  })

  test('all at once', () => {
    const problems = problemsOf('resource.amont > 3 && resource.rate == 0 || acton == "x"')
    expect(problems.map(({ found }) => found)).toEqual([
      'resource.amont',
      'resource.rate == 0',
      'acton',
    ])
  })

  test('a segment cannot read the risk', () => {
    const [problem] = problemsOf('risk.level == "HIGH"', { ...scope, risk: false })
    expect(problem?.message).toBe(
      'A segment cannot read the risk: the risk is worked out from the segments.',
    )
  })

  test('an action without attributes', () => {
    const [problem] = problemsOf('resource.amount > 1', { ...scope, attributes: {} })
    expect(problem?.fix).toBe('Declare it under `actions`.')
  })

  test('an attribute that Object has is not declared', () => {
    expect(problemsOf('resource.constructor == 1')[0]?.message).toContain('declare no attribute')
  })
})

describe('whatever the source, the answer comes soon (T52)', () => {
  test.each([
    [
      'a long source',
      `action == "${'x'.repeat(100_000)}"`,
      'The condition is 100012 characters long',
    ],
    ['parentheses', `${'('.repeat(2_000)}true${')'.repeat(2_000)}`, 'Exceeded maxDepth (64)'],
    ['brackets', '['.repeat(4_000), 'Exceeded maxDepth (64)'],
    ['ternaries', `${'true ? true : '.repeat(200)}true`, 'Exceeded maxDepth (64)'],
    ['negations', `${'!'.repeat(900)}true`, 'The condition is too deep.'],
    ['more negations', `${'!'.repeat(4_000)}true`, 'Exceeded maxAstNodes (1000)'],
    ['sums', `1${'+1'.repeat(450)} == 1`, 'The condition is too deep.'],
    ['more sums', `1${'+1'.repeat(2_000)} == 1`, 'Exceeded maxAstNodes (1000)'],
    ['a list', `1 in [${'1,'.repeat(300)}1]`, 'Exceeded maxListElements (256)'],
    ['patterns', Array(10).fill('action.matches("a{400}")').join('||'), 'too large together'],
    ['an open string', `action == "${'x'.repeat(4_000)}`, 'A string is not closed.'],
  ])('%s', (_name, source, message) => {
    const before = performance.now()
    expect(problemsOf(source)[0]?.message).toContain(message)
    expect(performance.now() - before).toBeLessThan(1_000)
  })

  test('a chain of one operator counts as one level', () => {
    expect(problemsOf(Array(200).fill('action == "x"').join(' || '))).toEqual([])
  })
})
