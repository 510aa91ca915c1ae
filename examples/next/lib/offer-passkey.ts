// The page of a new passkey, and whose it will be.
import { type PasskeyUse, passkeyPage } from '@countersign/example-shop'
import { answer } from './answer.ts'
import { publicOrigin } from './guard.ts'
import { shop } from './shop.ts'

export async function offerPasskey(
  req: Request,
  use: PasskeyUse,
  problem?: 'not_added',
): Promise<Response> {
  const offer = await shop().passkeys.offer(use)
  return answer(
    req,
    {
      page: () => passkeyPage({ user: use.user, offer, problem }),
      json: () => ({ offer, problem }),
    },
    problem === undefined ? 200 : 400,
  )
}

/** Behind a guard there is always a session. */
export async function passkeyUseOf(req: Request): Promise<PasskeyUse> {
  const session = await shop().sessions.read(req.headers.get('cookie'))
  if (session === undefined) throw new Error('This handler is not guarded.')
  return { user: session.subject, boundTo: session.session, origin: publicOrigin }
}
