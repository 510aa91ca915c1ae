// What one condition costs: compiled once, worked out per request. Needs `tsc -b` first.
import { bench, do_not_optimize, run, summary } from 'mitata'
import { prepareCondition } from '../../packages/core/dist/policy/prepare-condition.js'
import { checkCondition } from '../../packages/policy/dist/cel/check-condition.js'

const scope = {
  attributes: { amount: 'integer', payee: 'string' },
  claims: 'any',
  signals: ['new-device'],
  risk: true,
}

const known = (value) => ({ is: 'known', value })
const facts = {
  at: 0,
  action: 'transfer.create',
  resource: { amount: known(45), payee: known('ACME-0042') },
  address: known('192.0.2.1'),
  subject: { id: 'alice', claims: { roles: known(['user', 'auditor']) } },
  session: { id: known('s1'), factors: [] },
  device: { is: 'absent' },
  signals: { 'new-device': { is: 'absent', share: 0, until: 0 } },
}
const risk = { level: known('LOW'), low: 0.1, high: 0.1, upper: 'LOW', model: 'm', factors: [] }

const conditions = {
  'one clause': 'risk.level == "HIGH"',
  'three clauses': 'resource.amount > 30 && risk.level != "HIGH" && !("new-device" in signals)',
  'a claim': '"admin" in subject.claims.roles',
  exists: 'subject.claims.roles.exists(r, r.startsWith("adm"))',
  matches: 'resource.payee.matches("^ACME-[0-9]{4}$")',
}

summary(() => {
  for (const [name, source] of Object.entries(conditions)) {
    const checked = checkCondition(source, scope)
    if (!checked.ok) throw new Error(checked.problems[0].message)
    const holds = prepareCondition(checked.condition)
    bench(name, () => do_not_optimize(holds(facts, risk)))
  }
})
bench('check and compile three clauses', () =>
  do_not_optimize(checkCondition(conditions['three clauses'], scope)),
)

await run()
