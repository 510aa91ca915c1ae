// T32, by the thousand: a corpus of request targets, methods and headers that routers and guards have read in two ways, sent
// byte for byte. Wherever the router of a framework reaches a handler that the policy's routes guard, the guard decided. The
// same on Next: test/contract/next-boundary.ts.
import type { StartGuardedApp } from '@countersign/testing'
import express from 'express'
import express4 from 'express4'
import { afterAll, describe, expect, test } from 'vitest'
import { scenario } from '../../packages/testing/src/guard-contract/contract-app.ts'
import { person } from '../../packages/testing/src/guard-contract/person.ts'
import { startExpress } from '../contract/start-express.ts'
import { startFastify } from '../contract/start-fastify.ts'
import { startFetch } from '../contract/start-fetch.ts'
import { startHono, startHonoFetch } from '../contract/start-hono.ts'
import { startKoa } from '../contract/start-koa.ts'
import { type HostileRequest, hostileMethods, hostileTargets } from '../support/hostile-corpus.ts'
import { sendCorpus } from '../support/send-corpus.ts'

const CORPUS = distinct([
  ...hostileTargets('account'),
  ...hostileMethods('account', ['GET']),
  ...hostileMethods('every', ['OPTIONS']),
])

const FRAMEWORKS: readonly (readonly [name: string, start: StartGuardedApp])[] = [
  ['Express 5', startExpress(express)],
  ['Express 4', startExpress(express4)],
  ['Koa 3', startKoa],
  ['Fastify 5', startFastify],
  ['Hono 4 on Node', startHono],
  ['Hono 4 by fetch', startHonoFetch],
  ['fetch', startFetch],
]

const ANSWERS = { reached: /"outcome"/, undecided: /"undecided"/ }

describe('T32: hostile targets', () => {
  const lines: string[] = []
  afterAll(() => console.log(lines.join('\n')))

  test('are many', () => {
    expect(CORPUS.length).toBeGreaterThan(2_000)
  })

  test.each(FRAMEWORKS)(
    '%s decides whatever its router takes for a guarded path',
    async (name, start) => {
      const app = await start(scenario({ login: false }))
      try {
        const [login] = [...person(app.origin).cookies].map((pair) => pair.join('='))
        const { sent, reached, refused, undecided } = await sendCorpus(
          app.origin,
          CORPUS,
          login,
          ANSWERS,
        )
        lines.push(
          `${name}: ${sent} sent, ${reached} reached a handler, ${refused} refused, ${undecided.length} undecided`,
        )
        expect(undecided).toEqual([])
        // those that a router is known to take for the path, and those that are refused for what they might be
        expect(reached).toBeGreaterThan(20)
        expect(refused).toBeGreaterThan(20)
      } finally {
        await app.stop()
      }
    },
    60_000,
  )
})

function distinct(requests: readonly HostileRequest[]): readonly HostileRequest[] {
  return [...new Map(requests.map((one) => [JSON.stringify(one), one])).values()]
}
