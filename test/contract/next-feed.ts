// middleware.ts, on the edge as `next start` has it, follows a guard on Node over HTTP: what is said there holds here, and stale
// is strict (law 6).
import { describe, expect, test } from 'vitest'
import { scenario } from '../../packages/testing/src/guard-contract/contract-app.ts'
import { person } from '../../packages/testing/src/guard-contract/person.ts'
import { wireTo } from '../chaos/cuttable-wire.ts'
import { BY, FEED, STRICTER, startNode } from '../edge/support/feed-world.ts'
import { startNext } from './start-next.ts'

export function nextFeed(folder: string): void {
  describe('middleware.ts that follows a feed', () => {
    test('hears of a signal, an activation and a rollback, and is strict across a cut', async () => {
      const node = await startNode(scenario({ login: true }).options.secret)
      const wire = await wireTo(node.port)
      const feed = `http://127.0.0.1:${wire.port}${FEED}`
      const app = await startNext(folder, { proxy: false, feed })(scenario({ login: true }))
      const alice = person(app.origin)
      const statusOf = async (path: string) => (await alice.fetchJson(path)).status
      const until = (path: string, status: number) =>
        expect.poll(() => statusOf(path), { timeout: 30_000, interval: 50 }).toBe(status)
      try {
        await until('/account', 200)
        // there is no GET of it: what the edge lets by ends at the router
        await until('/transfer', 405)
        expect(await statusOf('/keys')).toBe(401)

        await node.guard.operator.activate(STRICTER, BY)
        await until('/account', 401)
        await node.guard.operator.rollback(BY)
        await until('/account', 200)

        wire.cut()
        await until('/transfer', 401)
        expect(await statusOf('/account')).toBe(200)
        wire.heal()
        await until('/transfer', 405)

        await node.guard.signal({ code: 'account-disabled', about: { subject: alice.subject } })
        await until('/account', 403)
      } finally {
        await app.stop()
        await wire.close()
        await node.stop()
      }
    }, 120_000)
  })
}
