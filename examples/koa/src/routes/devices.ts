// The browsers that a person chose to remember: one's own, and only behind the login.
import { devicesPage, isFromAnotherSite, type Shop, wantsPage } from '@countersign/example-shop'
import type { Guard } from '@countersign/koa'
import { Router } from '@koa/router'
import type { Context } from 'koa'
import { answer, answerMessage, redirect } from '../answer.ts'

export function deviceRoutes({ sessions, passkeys: keys }: Shop, guard: Guard): Router {
  const router = new Router()

  router.get('/devices', async (ctx) => {
    const user = await signedIn(ctx)
    if (user === undefined) return
    const devices = await guard.devices.list(user)
    const passkeys = keys.list(user)
    answer(ctx, {
      page: () => devicesPage({ user, devices, passkeys }),
      json: () => ({ devices, passkeys }),
    })
  })

  router.post('/devices/:id/revoke', async (ctx) => {
    if (isFromAnotherSite((name) => ctx.get(name))) return answerMessage(ctx, 403)
    const user = await signedIn(ctx)
    if (user === undefined) return
    await guard.devices.revoke(user, ctx.params['id'] ?? '')
    redirect(ctx, '/devices')
  })

  async function signedIn(ctx: Context): Promise<string | undefined> {
    const session = await sessions.read(ctx.headers.cookie)
    if (session) return session.subject
    if (wantsPage((name) => ctx.get(name))) redirect(ctx, '/login')
    else {
      ctx.status = 401
      ctx.body = { title: 'Please sign in.' }
    }
    return undefined
  }

  return router
}
