// The scripts of the pages, and the page that a challenge in a popup ends on.
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { confirmedPage, openAssets } from '@countersign/example-shop'
import { Router } from 'express'
import { answer } from '../answer.ts'

const SHOP = dirname(fileURLToPath(import.meta.resolve('@countersign/example-shop/policy.yaml')))

export function scriptRoutes(): Router {
  const router = Router()
  const assets = openAssets(SHOP)

  router.get('/assets/:folder/:file', (req, res, next) => {
    const asset = assets(req.params.folder, req.params.file)
    if (asset) res.set(asset.headers).send(asset.body)
    else next()
  })

  router.get('/confirmed', (req, res) => {
    answer(req, res, { page: confirmedPage, json: () => ({ confirmed: true }) })
  })

  return router
}
