// The scripts of the pages, and the page that a challenge in a popup ends on.
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { confirmedPage, openAssets } from '@countersign/example-shop'
import type { FastifyInstance } from 'fastify'
import { answer, answerNotFound } from '../answer.ts'

const SHOP = dirname(fileURLToPath(import.meta.resolve('@countersign/example-shop/policy.yaml')))

export function scriptRoutes(app: FastifyInstance): void {
  const assets = openAssets(SHOP)

  app.get<{ Params: { folder: string; file: string } }>('/assets/:folder/:file', (req, reply) => {
    const asset = assets(req.params.folder, req.params.file)
    return asset === undefined
      ? answerNotFound(req, reply)
      : reply.headers(asset.headers).send(asset.body)
  })

  app.get('/confirmed', (req, reply) =>
    answer(req, reply, { page: confirmedPage, json: () => ({ confirmed: true }) }),
  )
}
