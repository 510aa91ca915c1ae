// The shop as an Express app: the guard by routes first, then the routes.
import type { Shop } from '@countersign/example-shop'
import type { Guard } from '@countersign/express'
import express, { type Express } from 'express'
import { answerError, answerNotFound } from './answer.ts'
import { accountRoutes } from './routes/account.ts'
import { demoRoutes } from './routes/demo.ts'
import { deviceRoutes } from './routes/devices.ts'
import { loginRoutes } from './routes/login.ts'
import { passkeyRoutes } from './routes/passkeys.ts'
import { scriptRoutes } from './routes/scripts.ts'
import { stepUpRoutes } from './routes/step-up.ts'

export function createApp(shop: Shop, guard: Guard, publicOrigin: string): Express {
  const app = express()
  app.disable('x-powered-by')
  app.use(express.urlencoded({ extended: false }), express.json())
  app.use(guard())
  app.use(loginRoutes(shop))
  app.use(accountRoutes(shop, guard))
  app.use(stepUpRoutes(shop, guard, publicOrigin))
  app.use(passkeyRoutes(shop, guard, publicOrigin))
  app.use(deviceRoutes(shop, guard))
  app.use(scriptRoutes())
  app.use(demoRoutes(shop, guard))
  app.use(answerNotFound, answerError)
  return app
}
