// A handler that ends by throwing what `redirect()` throws.
import { redirect } from 'next/navigation'
import { body } from '../../lib/answers.ts'
import { guard } from '../../lib/guard.ts'

export const POST = guard.route('transfer.create', () => redirect('/public'), body)
