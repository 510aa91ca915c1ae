import { randomBytes } from 'node:crypto'
import { apiKeyPage, toClientDecision } from '@countersign/example-shop'
import { answer, answerMessage } from '../../lib/answer.ts'
import { bodyOf } from '../../lib/body-of.ts'
import { guard } from '../../lib/guard.ts'
import { shop } from '../../lib/shop.ts'

export const POST = guard.route(
  'api-key.create',
  async (req, { decision }) => {
    const { name } = await bodyOf(req)
    if (typeof name !== 'string' || name === '') return answerMessage(req, 400)
    const { demo } = shop()
    const user = decision.subject
    const key = `shop_${randomBytes(24).toString('base64url')}`
    return answer(req, {
      page: () => apiKeyPage({ user, name, key, decision, demo }),
      json: () => ({ name, key, decision: toClientDecision(decision, demo) }),
    })
  },
  { resource: (req) => bodyOf(req.clone()) },
)
