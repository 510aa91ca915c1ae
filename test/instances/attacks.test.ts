// The attacks on shared state, each file as it stands in test/attacks, against four instances: whatever is tried, its next
// request is another instance's.
import { afterAll, beforeAll, describe, vi } from 'vitest'
import type { AttackedShop } from '../attacks/support/shops.ts'
import { type FourShops, type Servers, startFourShops, startServers } from './support/four-shops.ts'

let servers: Servers
let four: FourShops | undefined

beforeAll(async () => {
  servers = await startServers()
})
afterAll(() => servers?.stop())

/** The shop of the running file. */
const shop = new Proxy({} as AttackedShop, {
  get: (_, name) => four?.shop[name as keyof AttackedShop],
})

vi.mock('../attacks/support/shops.ts', () => ({
  forEachShop: (define: (shop: AttackedShop) => void) => define(shop),
}))

const FILES = [
  't09-a-rotating-cookie-raises-no-false-theft',
  't10-a-device-off-the-list-is-refused-everywhere',
  't19-evidence-is-bound-and-its-use-is-atomic',
  't25-a-rollback-brings-the-revision-back-as-it-decided',
  't27-challenge-attempts-are-limited',
  't29-the-session-id-changes-with-a-step-up',
]

for (const file of FILES)
  describe(`four instances: ${file}`, async () => {
    beforeAll(async () => {
      four = await startFourShops(servers)
    })
    afterAll(async () => await four?.stop())
    await import(`../attacks/${file}.test.ts`)
  })
