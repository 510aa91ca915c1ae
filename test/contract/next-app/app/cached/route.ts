import { contractAnswer } from '../../../../../packages/testing/src/guard-contract/contract-app.ts'
import { CACHEABLE } from '../../lib/answers.ts'
import { guard } from '../../lib/guard.ts'

export const GET = guard.route('account.view', (_req, { decision }) =>
  Response.json(contractAnswer(decision), { headers: CACHEABLE }),
)
