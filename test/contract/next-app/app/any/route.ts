import { answer } from '../../lib/answers.ts'
import { guard } from '../../lib/guard.ts'

export const GET = guard.route('account.view', answer)
export const POST = GET
export const OPTIONS = GET
