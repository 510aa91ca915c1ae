// Starts the shop: listens first, for only then is its own address known, and stops when it is told to.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { cannotStart, openShop, whatToTry } from '@countersign/example-shop'
import { createApp } from './create-app.ts'
import { createShopGuard } from './create-shop-guard.ts'

const shop = openShop()
const server = createServer()
// the demo's passwords are in its README: it is for this machine only
server.listen(Number(process.env['PORT'] ?? 3000), shop.demo ? '127.0.0.1' : undefined)
server.once('error', cannotStart)
server.once('listening', () => start().catch(cannotStart))

async function start(): Promise<void> {
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`
  const guard = createShopGuard(shop, origin)
  server.on('request', createApp(shop, guard, origin))

  let stopping = false
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.on(signal, () => {
      if (stopping) return
      stopping = true
      server.close(() => guard.close())
    })

  await guard.ready()
  console.log(`ready ${origin}\n${whatToTry(origin)}`)
}
