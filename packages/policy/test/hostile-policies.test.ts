import { readFileSync } from 'node:fs'
import {
  compilePolicy,
  lintPolicy,
  type PolicyDocument,
  PolicyError,
  parsePolicy,
} from '@countersign/policy'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const shop = readFileSync(new URL('../../../examples/shop/policy.yaml', import.meta.url), 'utf8')
const options = { now: Date.parse('2026-11-24T00:00:00Z') }
const sample = parsePolicy(shop, options)

/** Compiles, or throws a PolicyError whose problems are whole: anything else fails the test. */
function compileOrTell(input: string | PolicyDocument): 'compiled' | 'told' {
  try {
    const compiled = compilePolicy(input, options)
    expect(JSON.parse(JSON.stringify(compiled))).toEqual(compiled)
    return 'compiled'
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    expect(error.problems.some(({ severity }) => severity === 'error')).toBe(true)
    for (const problem of error.problems) {
      expect(problem.message).not.toBe('')
      expect(problem.found).not.toBe('')
      expect(problem.fix).not.toBe('')
      if (typeof input === 'string') {
        expect(problem.line).toBeGreaterThanOrEqual(1)
        expect(problem.line).toBeLessThanOrEqual(input.split('\n').length)
        expect(problem.column).toBeGreaterThanOrEqual(1)
      }
    }
    return 'told'
  }
}

type Step = string | number

/** The paths of everything in a value. */
function pathsOf(value: unknown, path: readonly Step[] = []): (readonly Step[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  const steps = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value)
  const inside = steps.flatMap((step) =>
    pathsOf((value as Record<Step, unknown>)[step], [...path, step]),
  )
  return [path, ...inside]
}

/** A copy in which the value at the path is another, or gone. */
function change(value: unknown, path: readonly Step[], to: unknown, drop: boolean): unknown {
  const [step, ...rest] = path
  if (step === undefined) return to
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<
    Step,
    unknown
  >
  if (rest.length > 0) copy[step] = change(copy[step], rest, to, drop)
  else if (!drop) copy[step] = to
  else if (Array.isArray(copy)) copy.splice(Number(step), 1)
  else delete copy[step]
  return copy
}

const nearly = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom('*', 'aal2', 'risk.level == "HIGH"', '30d', '2027-03-31', '10.0.0.0/8', 'MEDIUM'),
)

describe('whatever comes in, a policy compiles or its problems are told', {
  timeout: 60_000,
}, () => {
  test('any JSON, as text and as a document', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(compileOrTell(JSON.stringify(value))).toBe('told')
        expect(compileOrTell(value as unknown as PolicyDocument)).toBe('told')
      }),
      { numRuns: 200 },
    )
  })

  test('any text', () => {
    const yamlish = fc.array(
      fc.constantFrom(
        '- ',
        ': ',
        '{',
        '}',
        '[',
        ']',
        '\n',
        '  ',
        '"',
        "'",
        '|',
        '>',
        '&a',
        '*a',
        '!!x',
        '# ',
        '? ',
        '%',
        '---',
        '\t',
        'rules',
        '1',
        '\\',
        '\r\n',
        '\u2028',
        '😀',
      ),
      { maxLength: 60 },
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          yamlish.map((parts) => parts.join('')),
        ),
        (text) => {
          expect(compileOrTell(text)).toBe('told')
        },
      ),
      { numRuns: 300 },
    )
  })

  test('the sample with one thing changed or dropped', () => {
    const paths = pathsOf(sample)
    fc.assert(
      fc.property(fc.constantFrom(...paths), nearly, fc.boolean(), (path, to, drop) => {
        const changed = change(sample, path, to, drop)
        const told = compileOrTell(changed as PolicyDocument)
        expect(compileOrTell(JSON.stringify(changed, null, 2))).toBe(told)
      }),
      { numRuns: 300 },
    )
  })

  test('every key of the sample, dropped', () => {
    for (const path of pathsOf(sample).slice(1)) {
      compileOrTell(JSON.stringify(change(sample, path, undefined, true), null, 2))
    }
  })

  test('values that are no JSON', () => {
    const cyclic: Record<string, unknown> = { ...sample }
    cyclic['actions'] = cyclic
    const documents = [
      undefined,
      null,
      cyclic,
      new Date(),
      () => 1,
      { ...sample, name: new Date() },
      { ...sample, rules: new Map() },
      Object.create(null),
    ]
    for (const document of documents) expect(compileOrTell(document as never)).toBe('told')
  })

  test('a Date where an end belongs is told as one', () => {
    const document = change(sample, ['optOuts', 'audit-robot', 'until'], new Date(), false)
    expect(lintPolicy(document as PolicyDocument, options)).toEqual([
      expect.objectContaining({
        code: 'not_json',
        path: 'optOuts.audit-robot.until',
        found: 'a Date',
      }),
    ])
  })

  test('undefined is absent', () => {
    const document = { ...sample, threatModels: undefined, segments: undefined }
    expect(lintPolicy(document as never, options)).toEqual([])
  })

  test('JSON with a prototype for a key is refused, and changes nothing', () => {
    const text = JSON.stringify(sample).replace('"name"', '"__proto__":{"open":true},"name"')
    expect(lintPolicy(text, options).map(({ code }) => code)).toEqual(['reserved_name'])
    expect(lintPolicy(JSON.parse(text), options).map(({ code }) => code)).toEqual(['reserved_name'])
    expect(({} as Record<string, unknown>)['open']).toBeUndefined()
  })
})

describe('a large policy takes bounded time', { timeout: 60_000 }, () => {
  const head = 'countersign: 1\nname: large\n'

  function seconds(act: () => void): number {
    const start = performance.now()
    act()
    return (performance.now() - start) / 1_000
  }

  test('10,000 rules compile', () => {
    const actions = Array.from(
      { length: 500 },
      (_, i) => `  a${i}.b: { resource: { n: { type: integer } } }`,
    )
    const rules = Array.from(
      { length: 10_000 },
      (_, i) =>
        `  - { id: r${i}, actions: ["a${i % 500}.*"]${i < 500 ? '' : `, when: resource.n > ${i}`}, require: { maxAge: ${i + 1}s } }`,
    )
    const text = `${head}actions:\n${actions.join('\n')}\nrules:\n${rules.join('\n')}\n`
    let compiled = 0
    expect(seconds(() => (compiled = compilePolicy(text).rules.length))).toBeLessThan(30)
    expect(compiled).toBe(10_000)
  })

  test('10,000 bad rules are told one by one', () => {
    const rules = Array.from(
      { length: 10_000 },
      (_, i) => `  - { id: r${i}, action: [], requires: 1 }`,
    )
    let told = 0
    expect(
      seconds(() => {
        told = lintPolicy(`${head}actions: any\nrules:\n${rules.join('\n')}\n`).length
      }),
    ).toBeLessThan(30)
    expect(told).toBe(20_000)
  })

  const bombs: readonly [string, string][] = [
    ['deep lists', '['.repeat(1_000_000)],
    ['deep mappings', '{a: '.repeat(400_000)],
    ['deep block lists', '- '.repeat(900_000)],
    ['deep keys', '? '.repeat(900_000)],
    ['deep indentation', Array.from({ length: 1_900 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['anchors', `[${'&a x, '.repeat(30_000)}]`],
    [
      'aliases',
      `a: &a [x, x]\n${Array.from({ length: 30 }, (_, i) => `a${i}: &a${i} [*a, *a]`).join('\n')}`,
    ],
    ['30,000 keys', Array.from({ length: 30_000 }, (_, i) => `k${i}: 1`).join('\n')],
    ['the same key 30,000 times', 'k: 1\n'.repeat(30_000)],
    ['30,000 documents', '---\na\n'.repeat(30_000)],
    ['an endless quote', `name: "${'x\\'.repeat(50_000)}`],
    ['empty lines', '\n'.repeat(300_000)],
    [
      'an endless condition',
      `${head}actions: any\nrules: [{ id: a, actions: ["*"], when: '${'('.repeat(900_000)}', deny: true }]`,
    ],
  ]

  test.each(bombs)(
    '%s: refused',
    (_name, text) => {
      let told: 'compiled' | 'told' = 'compiled'
      expect(
        seconds(
          () =>
            (told = lintPolicy(text).some(({ severity }) => severity === 'error')
              ? 'told'
              : 'compiled'),
        ),
      ).toBeLessThan(30)
      expect(told).toBe('told')
    },
    60_000,
  )
})
