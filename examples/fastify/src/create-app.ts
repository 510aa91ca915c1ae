// The shop as a Fastify app: the guard by routes first, then the routes.
import type { Server } from 'node:http'
import type { Shop } from '@countersign/example-shop'
import type { Guard } from '@countersign/fastify'
import formbody from '@fastify/formbody'
import Fastify, { type FastifyInstance } from 'fastify'
import { answerError, answerNotFound } from './answer.ts'
import { accountRoutes } from './routes/account.ts'
import { demoRoutes } from './routes/demo.ts'
import { deviceRoutes } from './routes/devices.ts'
import { loginRoutes } from './routes/login.ts'
import { passkeyRoutes } from './routes/passkeys.ts'
import { scriptRoutes } from './routes/scripts.ts'
import { stepUpRoutes } from './routes/step-up.ts'

/** `server`: one that listens already. */
export function createApp(
  shop: Shop,
  guard: Guard,
  publicOrigin: string,
  server: Server,
): FastifyInstance {
  const app = Fastify({ serverFactory: (handler) => server.on('request', handler) })
  app.register(formbody)
  app.addHook('onRequest', guard())
  loginRoutes(app, shop)
  accountRoutes(app, shop, guard)
  stepUpRoutes(app, shop, guard, publicOrigin)
  passkeyRoutes(app, shop, guard, publicOrigin)
  deviceRoutes(app, shop, guard)
  scriptRoutes(app)
  demoRoutes(app, shop, guard)
  app.setNotFoundHandler(answerNotFound)
  app.setErrorHandler(answerError)
  return app
}
