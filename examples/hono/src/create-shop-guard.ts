// The guard of the shop: who asks, by which policy, and where state is kept.
import { fileURLToPath } from 'node:url'
import type { Shop } from '@countersign/example-shop'
import { createGuard, fileBackend, type Guard } from '@countersign/hono'

const POLICY = fileURLToPath(import.meta.resolve('@countersign/example-shop/policy.yaml'))

export function createShopGuard(shop: Shop, publicOrigin: string): Guard {
  return createGuard({
    identity: (c) => shop.sessions.read(c.req.header('cookie')),
    policy: POLICY,
    publicOrigin,
    challengePath: '/step-up',
    loginPath: '/login',
    logoutPath: '/logout',
    backend: fileBackend(shop.dataDirectory),
  })
}
