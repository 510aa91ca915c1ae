// For operators, and for newcomers without a phone.
import { demoAuthenticator, isFromHere, type Shop, toHealthReport } from '@countersign/example-shop'
import type { Guard } from '@countersign/koa'
import { Router } from '@koa/router'

export function demoRoutes({ demo, codes }: Shop, guard: Guard): Router {
  const router = new Router()

  router.get('/healthz', (ctx) => {
    ctx.body = toHealthReport(guard.health())
  })

  router.get('/demo/authenticator', (ctx) => {
    const user = typeof ctx.query['user'] === 'string' ? ctx.query['user'] : undefined
    const fromHere = isFromHere(ctx.req.socket.remoteAddress, ctx.headers.host)
    const { status, body } = demoAuthenticator(codes, { user, demo, fromHere })
    ctx.status = status
    ctx.body = body
  })

  return router
}
