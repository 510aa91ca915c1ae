import { readFileSync } from 'node:fs'
import { compilePolicy, type PolicyDocument, parsePolicy } from '@countersign/policy'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'

const shop = readFileSync(new URL('../../../examples/shop/policy.yaml', import.meta.url), 'utf8')
const options = { now: Date.parse('2026-11-24T00:00:00Z') }
const document = parsePolicy(shop, options)
const { revision } = compilePolicy(shop, options)

/** The same value with the keys of every mapping in another order. */
function shuffleKeys(value: unknown, random: () => number): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffleKeys(item, random))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, inner]) => ({ key, inner, at: random() }))
  entries.sort((a, b) => a.at - b.at)
  return Object.fromEntries(entries.map(({ key, inner }) => [key, shuffleKeys(inner, random)]))
}

describe('the revision', { timeout: 60_000 }, () => {
  test('is the same in YAML, in JSON and as a document', () => {
    expect(compilePolicy(JSON.stringify(document), options).revision).toBe(revision)
    expect(compilePolicy(JSON.stringify(document, null, '\t'), options).revision).toBe(revision)
    expect(compilePolicy(stringify(document), options).revision).toBe(revision)
    expect(compilePolicy(document, options).revision).toBe(revision)
  })

  test('does not depend on line ends or a byte order mark', () => {
    expect(compilePolicy(shop.replaceAll('\n', '\r\n'), options).revision).toBe(revision)
    expect(compilePolicy(`\uFEFF${shop}`, options).revision).toBe(revision)
  })

  test('does not depend on the order of keys, comments or when it is compiled', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (stream) => {
        const random = (): number => stream.next().value as number
        const shuffled = shuffleKeys(document, random) as PolicyDocument
        expect(compilePolicy(shuffled, options).revision).toBe(revision)
      }),
      { numRuns: 50 },
    )
    expect(compilePolicy(`# a word\n${shop}`, { now: options.now + 86_400_000 }).revision).toBe(
      revision,
    )
  })

  test('is another one for other content, and for rules in another order', () => {
    const others: PolicyDocument[] = [
      { ...document, name: 'shop2' },
      { ...document, rules: [...document.rules].reverse() },
      { ...document, external: ['account-disabled', 'b'] },
    ]
    for (const other of others) expect(compilePolicy(other, options).revision).not.toBe(revision)
  })

  test('is known', () => {
    // a change of canonical JSON or of the sample would make every stored activation a stranger
    const tiny = compilePolicy(
      'countersign: 1\nname: t\nactions: any\nrules: [{ id: a, actions: ["*"], require: { maxAge: 1m } }]',
    )
    // printf '{"actions":"any",…}' | sha256sum
    expect(tiny.revision).toBe('bc55404662cffb6bf7753f2870d0b003e1f7518a71f9b33df166c203147e24cd')
    expect(tiny.document).toEqual({
      countersign: 1,
      name: 't',
      actions: 'any',
      rules: [{ id: 'a', actions: ['*'], require: { maxAge: '1m' } }],
    })
  })
})
