// The scripts of the pages, and the page that a challenge in a popup ends on.
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { confirmedPage, openAssets } from '@countersign/example-shop'
import { Router } from '@koa/router'
import { answer } from '../answer.ts'

const SHOP = dirname(fileURLToPath(import.meta.resolve('@countersign/example-shop/policy.yaml')))

export function scriptRoutes(): Router {
  const router = new Router()
  const assets = openAssets(SHOP)

  router.get('/assets/:folder/:file', (ctx) => {
    const asset = assets(ctx['params'].folder, ctx['params'].file)
    if (asset === undefined) return
    ctx.set(asset.headers)
    ctx.body = asset.body
  })

  router.get('/confirmed', (ctx) => {
    answer(ctx, { page: confirmedPage, json: () => ({ confirmed: true }) })
  })

  return router
}
