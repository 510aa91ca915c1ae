import fc from 'fast-check'
import { expect, test } from 'vitest'
import { prepareCondition } from '../../../core/src/policy/prepare-condition.ts'
import { checkCondition } from '../../src/cel/check-condition.ts'
import type { ConditionScope } from '../../src/cel/condition-scope.ts'

const scope: ConditionScope = {
  attributes: { amount: 'integer', payee: 'string', rate: 'number', note: 'any' },
  signals: ['new-device'],
  risk: true,
}

const facts = {
  at: 0,
  action: 'transfer.create',
  resource: {
    amount: { is: 'known', value: 3 },
    payee: { is: 'known', value: 'abc' },
    rate: { is: 'known', value: 0.5 },
    note: { is: 'known', value: { amount: [1, 'x'] } },
  },
  address: { is: 'known', value: '192.0.2.1' },
  subject: { id: 'alice', claims: { a: { is: 'known', value: ['x', 1, { b: null }] } } },
  session: { id: { is: 'known', value: 's' }, factors: [] },
  device: { is: 'absent' },
  signals: {},
} as const

const tokens = [
  ...'( ) [ ] { } , : ? . ! - + * / % < > <= >= == != && || in has all exists exists_one map size int'.split(
    ' ',
  ),
  ...'double string matches startsWith contains x y true false null 1 2.5 0 -1 1u "" "a" "a+" b"x" r"\\d"'.split(
    ' ',
  ),
  ...'resource.amount resource.payee resource.rate resource.note subject.claims.a subject.claims subject.id'.split(
    ' ',
  ),
  ...'risk.level "HIGH" signals "new-device" device.trusted device action address session.id = & // and'.split(
    ' ',
  ),
  'subject.claims.a.exists(x, ',
  'resource.payee.matches("',
  '")',
]

/** Pieces that are CEL by themselves, so that some of the sources are, too. */
const piece = fc.constantFrom(
  'resource.amount > 1',
  'resource.note.amount[0] == 1',
  'subject.claims.a.exists(x, x == "x")',
  '"new-device" in signals',
  'resource.payee.matches("^a")',
  '[1, 2][resource.amount] == 1',
  'device.trusted',
  'risk.level == "HIGH"',
)

const soup = fc
  .array(
    fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...tokens) }, { weight: 1, arbitrary: piece }),
    { maxLength: 12 },
  )
  .map((words) => words.join(' '))

const sound = fc
  .array(fc.tuple(piece, fc.constantFrom('&&', '||', '==', '!=', '? true :')), {
    minLength: 1,
    maxLength: 5,
  })
  .map((parts) =>
    parts
      .map(([part, op]) => `(${part}) ${op} `)
      .join('')
      .concat('true'),
  )

test('any source is compiled or refused with a place and a fix, and what is compiled runs', () => {
  let compiled = 0
  const property = fc.property(fc.oneof(soup, sound, fc.string()), (source) => {
    const checked = checkCondition(source, scope)
    if (checked.ok) {
      compiled++
      expect(['true', 'false', 'unknown']).toContain(
        prepareCondition(checked.condition)(facts, undefined),
      )
      return
    }
    expect(checked.problems.length).toBeGreaterThan(0)
    for (const { message, fix, offset } of checked.problems) {
      expect(message).not.toBe('')
      expect(fix).not.toBe('')
      expect(offset).toBeGreaterThanOrEqual(0)
      expect(offset).toBeLessThanOrEqual(source.length)
    }
  })
  fc.assert(property, { numRuns: 6_000 })
  expect(compiled).toBeGreaterThan(500)
})
