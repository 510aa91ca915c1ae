import type { Decided } from '@countersign/next'
import { answerMessage, seeOther } from '../../../../lib/answer.ts'
import { guard } from '../../../../lib/guard.ts'
import { shop } from '../../../../lib/shop.ts'

interface Context extends Decided {
  readonly params: Promise<{ id: string }>
}

export const POST = guard.route('passkey.remove', async (req, { decision, params }: Context) => {
  const user = decision.subject
  if (!shop().passkeys.remove(user, (await params).id)) return answerMessage(req, 404)
  await guard.credentialChanged(user, 'factor-removed')
  return seeOther('/devices')
})
