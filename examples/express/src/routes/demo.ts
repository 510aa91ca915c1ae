// For operators, and for newcomers without a phone.
import { demoAuthenticator, isFromHere, type Shop, toHealthReport } from '@countersign/example-shop'
import type { Guard } from '@countersign/express'
import { Router } from 'express'

export function demoRoutes({ demo, codes }: Shop, guard: Guard): Router {
  const router = Router()

  router.get('/healthz', (_req, res) => {
    res.json(toHealthReport(guard.health()))
  })

  router.get('/demo/authenticator', (req, res) => {
    const user = typeof req.query['user'] === 'string' ? req.query['user'] : undefined
    const fromHere = isFromHere(req.socket.remoteAddress, req.headers.host)
    const { status, body } = demoAuthenticator(codes, { user, demo, fromHere })
    res.status(status).json(body)
  })

  return router
}
