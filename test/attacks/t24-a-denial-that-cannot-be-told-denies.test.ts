// T24: a condition of a denial that failed was skipped, and the request permitted (cedar issue 2428).
import { expect, test } from 'vitest'
import { shopPolicy } from './support/shop-policy.ts'
import { forEachShop } from './support/shops.ts'
import { PASS } from './support/visitor.ts'

/** Each fails on the request that is sent: a claim that is not there, arithmetic that has no result, a type that is not this. */
const FAILING = [
  'subject.claims.blocked == true',
  'subject.claims.tier > 3',
  'resource.amount / (resource.amount - resource.amount) > 1',
  'resource.payee.matches("^[0-9]+$") && subject.claims.tier == 1',
]

forEachShop((shop) => {
  test.each(FAILING)(
    'T24: a denial when %s fails: refused, and recorded with what was unknown',
    async (when) => {
      await shop.operate('activate', {
        policy: shopPolicy(({ rules }) => {
          rules.push({ id: 'broken', actions: ['transfer.create'], when, deny: true })
        }),
      })
      const alice = shop.visitor()
      await alice.signIn('alice')
      const before = Date.now()
      const json = { amount: 20, payee: '4711' }
      const reply = await alice.fetchJson('/transfer', { json })
      const problem = (await reply.json()) as { readonly code: string; readonly decision: string }
      expect([reply.status, problem.code]).toEqual([503, 'unavailable'])
      const [record, ...others] = await shop.audit({ subject: 'alice', from: before })
      expect(others).toEqual([])
      expect(record?.entry).toMatchObject({
        type: 'decision',
        id: problem.decision,
        outcome: 'deny',
        because: 'undetermined',
        denied: 'unknown',
        conditions: { broken: 'unknown' },
        reasons: [{ code: 'rule_undetermined', rule: 'broken' }],
      })
      // what it does not concern goes on
      expect(await alice.viewAccount()).toEqual(PASS)
    },
  )
})
