// For operators, and for newcomers without a phone.
import { demoAuthenticator, isFromHere, type Shop, toHealthReport } from '@countersign/example-shop'
import type { Guard } from '@countersign/hono'
import { Hono } from 'hono'
import { peerOf } from '../peer-of.ts'

export function demoRoutes({ demo, codes }: Shop, guard: Guard): Hono {
  const router = new Hono()

  router.get('/healthz', (c) => c.json(toHealthReport(guard.health())))

  router.get('/demo/authenticator', (c) => {
    const fromHere = isFromHere(peerOf(c), c.req.header('host'))
    const { status, body } = demoAuthenticator(codes, { user: c.req.query('user'), demo, fromHere })
    return c.json(body, status)
  })

  return router
}
