import type { Proceed } from '@countersign/next'
import { createElement } from 'react'
import { guard } from '../../../../lib/guard.ts'

interface Props {
  readonly params: Promise<{ id: string }>
  readonly searchParams: Promise<Record<string, string>>
  readonly decision: Proceed
}

export default guard.page(
  'account.view',
  async ({ params, decision }: Props) =>
    createElement('p', null, `view ${(await params).id}: ${decision.outcome} ${decision.subject}`),
  { path: '/pages/view/[id]' },
)
