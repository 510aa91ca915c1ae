// The scripts of the pages, and the page that a challenge in a popup ends on.
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { confirmedPage, openAssets } from '@countersign/example-shop'
import { Hono } from 'hono'
import { answer } from '../answer.ts'

const SHOP = dirname(fileURLToPath(import.meta.resolve('@countersign/example-shop/policy.yaml')))

export function scriptRoutes(): Hono {
  const router = new Hono()
  const assets = openAssets(SHOP)

  router.get('/assets/:folder/:file', (c) => {
    const asset = assets(c.req.param('folder'), c.req.param('file'))
    return asset === undefined ? c.notFound() : c.body(asset.body, { headers: asset.headers })
  })

  router.get('/confirmed', (c) =>
    answer(c, { page: confirmedPage, json: () => ({ confirmed: true }) }),
  )

  return router
}
