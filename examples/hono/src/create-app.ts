// The shop as a Hono app: the guard by routes first, then the routes.
import type { Shop } from '@countersign/example-shop'
import type { Guard } from '@countersign/hono'
import { Hono } from 'hono'
import { answerError, answerNotFound } from './answer.ts'
import { accountRoutes } from './routes/account.ts'
import { demoRoutes } from './routes/demo.ts'
import { deviceRoutes } from './routes/devices.ts'
import { loginRoutes } from './routes/login.ts'
import { passkeyRoutes } from './routes/passkeys.ts'
import { scriptRoutes } from './routes/scripts.ts'
import { stepUpRoutes } from './routes/step-up.ts'

export function createApp(shop: Shop, guard: Guard, publicOrigin: string): Hono {
  const app = new Hono()
  app.use(guard())
  app.route('/', loginRoutes(shop))
  app.route('/', accountRoutes(shop, guard))
  app.route('/', stepUpRoutes(shop, guard, publicOrigin))
  app.route('/', passkeyRoutes(shop, guard, publicOrigin))
  app.route('/', deviceRoutes(shop, guard))
  app.route('/', scriptRoutes())
  app.route('/', demoRoutes(shop, guard))
  app.notFound(answerNotFound)
  app.onError(answerError)
  return app
}
