// The route by which guards on the edge follow this one: only for who has the secret, and followed as any feed is.
import { createEdgeCore } from '@countersign/core'
import { describe, expect, test } from 'vitest'
import { scenario } from './contract-app.ts'
import type { ContractContext } from './guard-contract.ts'

const FEED = '/countersign/feed'
/** A second between two heartbeats. */
const MAX_STALENESS = '4s'
const QUIET = { info() {}, warn() {}, error() {} }

export function feedRouteContract({ origin }: ContractContext): void {
  describe('the route of the feed', () => {
    const { secret } = scenario({ login: false }).options

    test.each([
      { name: 'nothing', authorization: undefined },
      { name: 'a secret as it stands', authorization: `Bearer ${secret}` },
      {
        name: 'a proof that nobody with the secret made',
        authorization: `Countersign-Feed 1.${Date.now()}.${'A'.repeat(22)}.${'A'.repeat(43)}`,
      },
    ])('tells nothing to who brings $name', async ({ authorization }) => {
      const headers = authorization === undefined ? {} : { authorization }
      const reply = await fetch(`${origin()}${FEED}`, { headers })
      expect([reply.status, await reply.text()]).toEqual([401, ''])
      expect(reply.headers.get('www-authenticate')).toBe('Countersign-Feed')
      expect(reply.headers.get('cache-control')).toContain('no-store')
      expect(reply.headers.has('etag')).toBe(false)
    })

    test('tells what is in force, and then that it still is', async () => {
      const edge = createEdgeCore(
        { secret, identity: () => undefined, maxStaleness: MAX_STALENESS, logger: QUIET },
        `${origin()}${FEED}`,
      )
      try {
        await edge.ready()
        expect(edge.health()).toMatchObject({ ok: true, revision: expect.stringMatching(/./) })
        expect(edge.health().revision).not.toBe('none')
        const ages: number[] = []
        // it falls when a heartbeat was heard: a 304, which is signed too
        await expect
          .poll(() => ages.push(edge.health().feedAgeMs ?? 0) > 1 && hasFallen(ages), {
            timeout: 15_000,
            interval: 20,
          })
          .toBe(true)
        expect(edge.health().ok).toBe(true)
      } finally {
        await edge.close()
      }
    })
  })
}

function hasFallen(ages: readonly number[]): boolean {
  return ages.some((age, index) => index > 0 && age < (ages[index - 1] ?? 0))
}
