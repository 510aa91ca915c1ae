import type { Proceed } from '@countersign/next'
import { createElement } from 'react'
import { guard } from '../../../../lib/guard.ts'

interface Props {
  readonly params: Promise<{ id: string }>
  readonly searchParams: Promise<Record<string, string>>
  readonly decision: Proceed
}

/** Of large amounts, so that a remembered device answers, or nothing does. */
export default guard.page(
  'transfer.create',
  async ({ params, decision }: Props) =>
    createElement('p', null, `money ${(await params).id}: ${decision.outcome} ${decision.id}`),
  {
    path: '/pages/money/[id]',
    resource: async ({ params }) => ({ amount: 200, payee: (await params).id }),
  },
)
