// The shop as a Koa app: the guard by routes first, then the routes.
import type { Shop } from '@countersign/example-shop'
import type { Guard } from '@countersign/koa'
import { bodyParser } from '@koa/bodyparser'
import Koa from 'koa'
import { answerProblems } from './answer.ts'
import { accountRoutes } from './routes/account.ts'
import { demoRoutes } from './routes/demo.ts'
import { deviceRoutes } from './routes/devices.ts'
import { loginRoutes } from './routes/login.ts'
import { passkeyRoutes } from './routes/passkeys.ts'
import { scriptRoutes } from './routes/scripts.ts'
import { stepUpRoutes } from './routes/step-up.ts'

export function createApp(shop: Shop, guard: Guard, publicOrigin: string): Koa {
  const app = new Koa()
  app.use(answerProblems)
  app.use(bodyParser())
  app.use(guard())
  app.use(loginRoutes(shop).routes())
  app.use(accountRoutes(shop, guard).routes())
  app.use(stepUpRoutes(shop, guard, publicOrigin).routes())
  app.use(passkeyRoutes(shop, guard, publicOrigin).routes())
  app.use(deviceRoutes(shop, guard).routes())
  app.use(scriptRoutes().routes())
  app.use(demoRoutes(shop, guard).routes())
  return app
}
