import { createGuard, jwtIdentity } from '@countersign/koa'
import Router from '@koa/router'
import Koa from 'koa'

const guard = createGuard({
  identity: jwtIdentity({ issuer: 'https://idp.example', audience: 'api', algorithms: ['RS256'] }),
})
const app = new Koa(),
  router = new Router()
router.post(
  '/transfers/:to',
  guard('transfer.create', (ctx) => ({ payee: ctx.params.to })),
  (ctx) => {
    ctx.body = { id: guard.decision(ctx)?.id }
  },
)
app.use(router.routes())
