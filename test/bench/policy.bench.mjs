// The policy alone: one decision from facts, 20 and 2,000 rules, beside a hand-written function and cel-js.
import { Environment } from '@marcbachmann/cel-js'
import { evaluatePolicy } from '../../packages/core/dist/index.js'
import { measure, table, time } from './support/measure.mjs'
import { compile, conditionOf, factsOf } from './support/policies.mjs'

const at = Date.now()
const count = 100_000
let sink

function loop(one) {
  return (n) => {
    for (let i = 0; i < n; i++) sink = one()
  }
}

/** What the policy comes to if a person writes it out: the limit. It builds no verdict. */
function handWritten(facts) {
  const { factors } = facts.session
  const has = (method) =>
    factors.some((f) => f.amr.includes(method) && facts.at - f.at <= 43_200_000)
  const amount = facts.resource.amount.value
  if (!factors.some((f) => facts.at - f.at <= 43_200_000)) return false
  for (let i = 1; i < 5; i++) {
    if (amount > i * 100 && facts.resource.payee.value !== 'self' && !(has('pwd') && has('otp')))
      return false
  }
  return true
}

function celIndexed(rules) {
  const environment = new Environment()
    .registerVariable('resource', 'map')
    .registerVariable('subject', 'map')
  const byAction = new Map(
    Array.from({ length: rules / 5 }, (_, a) => [
      `a${a}.do`,
      [1, 2, 3, 4].map((i) => environment.parse(conditionOf(i))),
    ]),
  )
  const context = { resource: { amount: 450n, payee: 'bob' }, subject: { id: 'alice' } }
  return () => byAction.get('a1.do').filter((holds) => holds(context)).length
}

const facts = factsOf('a1.do', at)
const cases = [
  { name: 'hand-written', run: loop(() => handWritten(facts)), count },
  ...[20, 2000].flatMap((rules) => {
    const structure = compile(rules, false)
    const conditions = compile(rules, true)
    return [
      {
        name: `countersign, ${rules} rules, structure`,
        run: loop(() => evaluatePolicy(structure, facts)),
        count,
      },
      {
        name: `countersign, ${rules} rules, CEL`,
        run: loop(() => evaluatePolicy(conditions, facts)),
        count,
      },
      { name: `cel-js, indexed outside, ${rules} rules`, run: loop(celIndexed(rules)), count },
    ]
  }),
]
const medians = await measure(cases)
const base = medians.get('countersign, 20 rules, CEL')
table(
  'Policy alone: one decision',
  [...medians].map(([engine, ns]) => ({
    engine,
    median: time(ns),
    'against 20 rules with CEL': (ns / base).toFixed(2),
  })),
)
if (sink === undefined) throw new Error('nothing was measured')
