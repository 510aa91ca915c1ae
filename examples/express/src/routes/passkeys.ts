// A person's passkeys: made and removed with a fresh step-up only, for whoever adds a factor has the account.
import { type PasskeyUse, passkeyPage, type Shop } from '@countersign/example-shop'
import type { Guard } from '@countersign/express'
import { type Request, type Response, Router } from 'express'
import { answer, answerMessage } from '../answer.ts'

export function passkeyRoutes({ sessions, passkeys }: Shop, guard: Guard, origin: string): Router {
  const router = Router()

  router.get('/passkeys/new', guard('passkey.add'), async (req, res) => {
    await offer(req, res, await useOf(req))
  })

  router.post('/passkeys', guard('passkey.add'), async (req, res) => {
    const use = await useOf(req)
    if (!(await passkeys.add(use, req.body?.passkey))) {
      res.status(400)
      return offer(req, res, use, 'not_added')
    }
    // all that was trusted and proved before has ended
    await guard.credentialChanged(use.user, 'factor-added')
    res.redirect(303, '/devices')
  })

  router.post('/passkeys/:id/remove', guard('passkey.remove'), async (req, res) => {
    const { user } = await useOf(req)
    if (!passkeys.remove(user, String(req.params['id']))) return answerMessage(req, res, 404)
    await guard.credentialChanged(user, 'factor-removed')
    res.redirect(303, '/devices')
  })

  async function offer(
    req: Request,
    res: Response,
    use: PasskeyUse,
    problem?: 'not_added',
  ): Promise<void> {
    const options = await passkeys.offer(use)
    answer(req, res, {
      page: () => passkeyPage({ user: use.user, offer: options, problem }),
      json: () => ({ offer: options, problem }),
    })
  }

  /** Behind a guard there is always a session. */
  async function useOf(req: Request): Promise<PasskeyUse> {
    const session = await sessions.read(req.headers.cookie)
    if (session === undefined) throw new Error('This handler is not guarded.')
    return { user: session.subject, boundTo: session.session, origin }
  }

  return router
}
