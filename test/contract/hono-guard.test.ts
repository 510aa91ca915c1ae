// The guard contract on Hono 4: on Node, and by Hono's own `fetch` as on a worker.
import { guardContract } from '@countersign/testing'
import { startHono, startHonoFetch } from './start-hono.ts'

guardContract('Hono 4 on @hono/node-server', startHono)
guardContract('Hono 4 by fetch', startHonoFetch, {
  without: { raw: 'there is nothing to write on: a handler returns a Response' },
})
