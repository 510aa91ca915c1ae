// A person's passkeys: made and removed with a fresh step-up only, for whoever adds a factor has the account.
import { seeOther } from '../../lib/answer.ts'
import { bodyOf } from '../../lib/body-of.ts'
import { guard } from '../../lib/guard.ts'
import { offerPasskey, passkeyUseOf } from '../../lib/offer-passkey.ts'
import { shop } from '../../lib/shop.ts'

export const POST = guard.route('passkey.add', async (req) => {
  const use = await passkeyUseOf(req)
  const { passkey } = await bodyOf(req)
  if (!(await shop().passkeys.add(use, passkey))) return offerPasskey(req, use, 'not_added')
  // all that was trusted and proved before has ended
  await guard.credentialChanged(use.user, 'factor-added')
  return seeOther('/devices')
})
