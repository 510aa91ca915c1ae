import { guard } from '../../../lib/guard.ts'
import { offerPasskey, passkeyUseOf } from '../../../lib/offer-passkey.ts'

export const GET = guard.route('passkey.add', async (req) =>
  offerPasskey(req, await passkeyUseOf(req)),
)
