// The browsers that a person chose to remember: one's own, and only behind the login.
import { devicesPage, isFromAnotherSite, type Shop, wantsPage } from '@countersign/example-shop'
import type { Guard } from '@countersign/express'
import { type Request, type Response, Router } from 'express'
import { answer, answerMessage } from '../answer.ts'

export function deviceRoutes({ sessions, passkeys: keys }: Shop, guard: Guard): Router {
  const router = Router()

  router.get('/devices', async (req, res) => {
    const user = await signedIn(req, res)
    if (user === undefined) return
    const devices = await guard.devices.list(user)
    const passkeys = keys.list(user)
    answer(req, res, {
      page: () => devicesPage({ user, devices, passkeys }),
      json: () => ({ devices, passkeys }),
    })
  })

  router.post('/devices/:id/revoke', async (req, res) => {
    if (isFromAnotherSite((name) => req.get(name))) return answerMessage(req, res, 403)
    const user = await signedIn(req, res)
    if (user === undefined) return
    await guard.devices.revoke(user, req.params.id)
    res.redirect(303, '/devices')
  })

  async function signedIn(req: Request, res: Response): Promise<string | undefined> {
    const session = await sessions.read(req.headers.cookie)
    if (session) return session.subject
    if (wantsPage((name) => req.get(name))) res.redirect(303, '/login')
    else res.status(401).json({ title: 'Please sign in.' })
    return undefined
  }

  return router
}
