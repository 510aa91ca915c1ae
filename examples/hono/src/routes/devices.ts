// The browsers that a person chose to remember: one's own, and only behind the login.
import { devicesPage, isFromAnotherSite, type Shop, wantsPage } from '@countersign/example-shop'
import type { Guard } from '@countersign/hono'
import { type Context, Hono } from 'hono'
import { answer, answerMessage } from '../answer.ts'

export function deviceRoutes({ sessions, passkeys: keys }: Shop, guard: Guard): Hono {
  const router = new Hono()

  router.get('/devices', async (c) => {
    const user = await signedIn(c)
    if (user === undefined) return askToSignIn(c)
    const devices = await guard.devices.list(user)
    const passkeys = keys.list(user)
    return answer(c, {
      page: () => devicesPage({ user, devices, passkeys }),
      json: () => ({ devices, passkeys }),
    })
  })

  router.post('/devices/:id/revoke', async (c) => {
    if (isFromAnotherSite((name) => c.req.header(name))) return answerMessage(c, 403)
    const user = await signedIn(c)
    if (user === undefined) return askToSignIn(c)
    await guard.devices.revoke(user, c.req.param('id'))
    return c.redirect('/devices', 303)
  })

  async function signedIn(c: Context): Promise<string | undefined> {
    return (await sessions.read(c.req.header('cookie')))?.subject
  }

  function askToSignIn(c: Context): Response {
    if (wantsPage((name) => c.req.header(name))) return c.redirect('/login', 303)
    return c.json({ title: 'Please sign in.' }, 401)
  }

  return router
}
