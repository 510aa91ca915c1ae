// One of several instances of the Express shop: the example's own routes, a guard on Redis and PostgreSQL. What a shop of
// several instances keeps in one place, its ended sessions and spent codes, this one reads from one directory at each request.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Shop } from '@countersign/example-shop'
import { createGuard } from '@countersign/express'
import { postgresAuditLog } from '@countersign/postgres'
import { redisBackend } from '@countersign/redis'
import express from 'express'
import { answerError, answerNotFound } from '../../../examples/express/src/answer.ts'
import { accountRoutes } from '../../../examples/express/src/routes/account.ts'
import { demoRoutes } from '../../../examples/express/src/routes/demo.ts'
import { deviceRoutes } from '../../../examples/express/src/routes/devices.ts'
import { loginRoutes } from '../../../examples/express/src/routes/login.ts'
import { stepUpRoutes } from '../../../examples/express/src/routes/step-up.ts'
import { createOneTimeCodes } from '../../../examples/shop/src/one-time-codes.ts'
import { createPasskeys } from '../../../examples/shop/src/passkeys.ts'
import { createSessions } from '../../../examples/shop/src/sessions.ts'
import { openShopFiles } from '../../../examples/shop/src/shop-files.ts'
import { createSignIn } from '../../../examples/shop/src/sign-in.ts'

export interface InstanceSettings {
  readonly publicOrigin: string
  readonly dataDirectory: string
  readonly secret: string
  readonly operatorKey: { readonly kty: string }
  readonly redis: string
  readonly postgres: string
}

const settings = JSON.parse(process.argv[2] ?? '') as InstanceSettings
const server = createServer()
server.listen(0, '127.0.0.1', start)

async function start(): Promise<void> {
  const shop = openSharedShop()
  const guard = createGuard({
    identity: (req) => shop.sessions.read(req.headers.cookie),
    publicOrigin: settings.publicOrigin,
    trustProxy: 1,
    challengePath: '/step-up',
    loginPath: '/login',
    logoutPath: '/logout',
    secret: settings.secret,
    operatorKeys: [settings.operatorKey],
    backend: redisBackend({
      url: settings.redis,
      audit: postgresAuditLog({ connectionString: settings.postgres }),
    }),
    logger: { info() {}, warn: console.error, error: console.error },
  })
  await guard.ready()
  const app = express()
  // for the tests alone, and asked of each instance by itself
  app.get('/instance/health', (_req, res) => void res.json(guard.health()))
  app.use(express.urlencoded({ extended: false }), express.json())
  app.use(guard())
  app.use(
    loginRoutes(shop),
    accountRoutes(shop, guard),
    stepUpRoutes(shop, guard, settings.publicOrigin),
  )
  app.use(deviceRoutes(shop, guard), demoRoutes(shop, guard))
  app.use(answerNotFound, answerError)
  server.on('request', app)
  console.log(`ready http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

function openSharedShop(): Shop {
  const files = openShopFiles(join(settings.dataDirectory, 'shop'))
  const sessions = () => createSessions(files, Date.now)
  const codes = () => createOneTimeCodes(files, { demo: true, now: Date.now })
  return {
    demo: true,
    dataDirectory: settings.dataDirectory,
    sessions: {
      start: (user) => sessions().start(user),
      read: (cookie) => sessions().read(cookie),
      renew: (old) => sessions().renew(old),
      end: (session) => sessions().end(session),
    },
    codes: {
      spend: (user, code) => codes().spend(user, code),
      current: (user) => codes().current(user),
    },
    // none is added here: a shop of several instances would keep them in one place as well
    passkeys: createPasskeys(files, Date.now),
    signIn: createSignIn(),
  }
}
