import { accountPage, toClientDecision } from '@countersign/example-shop'
import { answer } from '../../lib/answer.ts'
import { guard } from '../../lib/guard.ts'
import { shop } from '../../lib/shop.ts'

export const GET = guard.route('account.view', (req, { decision }) => {
  const { demo } = shop()
  const user = decision.subject
  return answer(req, {
    page: () => accountPage({ user, decision, demo }),
    json: () => ({ user, decision: toClientDecision(decision, demo) }),
  })
})
