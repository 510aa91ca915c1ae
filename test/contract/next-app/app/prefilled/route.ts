// As wrappers do that leave on the request what they found out.
import { PREFILLED } from '../../../../../packages/testing/src/guard-contract/contract-app.ts'
import { answer } from '../../lib/answers.ts'
import { guard } from '../../lib/guard.ts'

const view = guard.route('account.view', answer)

export function GET(req: Request): Promise<Response> {
  return view(Object.assign(req, { auth: PREFILLED, user: PREFILLED, identity: PREFILLED }), {})
}
