// For operators, and for newcomers without a phone.
import { demoAuthenticator, isFromHere, type Shop, toHealthReport } from '@countersign/example-shop'
import type { Guard } from '@countersign/fastify'
import type { FastifyInstance } from 'fastify'

export function demoRoutes(app: FastifyInstance, { demo, codes }: Shop, guard: Guard): void {
  app.get('/healthz', async () => toHealthReport(guard.health()))

  app.get('/demo/authenticator', (req, reply) => {
    const { user: asked } = req.query as Readonly<Record<string, unknown>>
    const user = typeof asked === 'string' ? asked : undefined
    const fromHere = isFromHere(req.socket.remoteAddress, req.headers.host)
    const { status, body } = demoAuthenticator(codes, { user, demo, fromHere })
    return reply.code(status).send(body)
  })
}
