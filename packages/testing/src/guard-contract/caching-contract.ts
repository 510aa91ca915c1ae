// No guarded reply can be cached, whatever its handler says or does (T38).
import { describe, expect, test } from 'vitest'
import { expectGuarded, varies } from './expect-reply.ts'
import type { ContractContext, GuardFeature } from './guard-contract.ts'
import { person } from './person.ts'

const HANDLERS: readonly {
  readonly feature: GuardFeature
  readonly path: string
  readonly status: number
  readonly text: unknown
}[] = [
  { feature: 'caching', path: '/cached', status: 200, text: expect.stringContaining('"pass"') },
  { feature: 'streaming', path: '/streamed', status: 200, text: 'one two three' },
  { feature: 'raw', path: '/raw', status: 200, text: 'raw' },
]

export function cachingContract({ origin, has }: ContractContext): void {
  describe('when a handler asks to be cached', () => {
    test.each(HANDLERS.filter(({ feature }) => has(feature)))(
      '$path is not, and keeps what else it set',
      async ({ path, status, text }) => {
        const reply = await person(origin()).fetchJson(path)
        expect([reply.status, await reply.text()]).toEqual([status, text])
        expectGuarded(reply)
        expect(varies(reply)).toContain('accept-encoding')
        expect(reply.headers.getSetCookie()).toContain('app=1')
      },
    )

    if (has('throwing'))
      test('a reply about what the handler threw is not either', async () => {
        const reply = await person(origin()).fetchJson('/throws')
        expect(reply.status).toBe(500)
        expectGuarded(reply)
      })
  })
}
