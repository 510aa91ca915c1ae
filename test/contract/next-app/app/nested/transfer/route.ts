import { contractAnswer } from '../../../../../../packages/testing/src/guard-contract/contract-app.ts'
import { answer, body } from '../../../lib/answers.ts'
import { guard } from '../../../lib/guard.ts'

const inner = guard.route('transfer.create', answer, body)

export const POST = guard.route(
  'transfer.create',
  async (req) => {
    const outer = contractAnswer(guard.decision(req))
    const answered = await inner(req, {})
    return Response.json({ outer, inner: await answered.json() }, { headers: answered.headers })
  },
  body,
)
