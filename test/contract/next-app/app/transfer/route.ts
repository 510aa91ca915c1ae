import { answer, body } from '../../lib/answers.ts'
import { guard } from '../../lib/guard.ts'

export const POST = guard.route('transfer.create', answer, body)
