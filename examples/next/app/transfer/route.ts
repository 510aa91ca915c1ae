import { toClientDecision, transferPage } from '@countersign/example-shop'
import { answer, answerMessage } from '../../lib/answer.ts'
import { bodyOf } from '../../lib/body-of.ts'
import { guard } from '../../lib/guard.ts'
import { shop } from '../../lib/shop.ts'

export const POST = guard.route(
  'transfer.create',
  async (req, { decision }) => {
    const body = await bodyOf(req)
    const amount = Number(body['amount'])
    const payee = body['payee']
    if (!Number.isInteger(amount) || amount < 1 || typeof payee !== 'string')
      return answerMessage(req, 400)
    const { demo } = shop()
    const user = decision.subject
    return answer(req, {
      page: () => transferPage({ user, amount, payee, decision, demo }),
      json: () => ({ amount, payee, decision: toClientDecision(decision, demo) }),
    })
  },
  { resource: (req) => bodyOf(req.clone()) },
)
