import { SECRET_ERROR } from '../../../../../packages/testing/src/guard-contract/contract-app.ts'
import { answer } from '../../lib/answers.ts'
import { guard } from '../../lib/guard.ts'

export const POST = guard.route('transfer.create', answer, {
  resource: () => {
    throw new Error(SECRET_ERROR)
  },
})
