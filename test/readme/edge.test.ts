// The guide to the edge: its app runs as a process, its middleware in the sandbox that Next uses.
import { EdgeVM } from '@edge-runtime/vm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundleForEdge } from '../edge/support/bundle-for-edge.ts'
import { blocksOf } from './markdown-blocks.ts'
import { type RunningProgram, runProgram, untilListening } from './run-program.ts'
import { writeProgram } from './write-programs.ts'

const SECRET = 'a secret of the guide, long enough to be one'
const [program, middleware] = blocksOf('docs/edge.md')

describe('the guide to the edge', () => {
  let app: RunningProgram
  let vm: EdgeVM

  beforeAll(async () => {
    process.env['COUNTERSIGN_SECRET'] = SECRET
    if (program === undefined || middleware === undefined) throw new Error('a program is missing')
    app = await untilListening(await runProgram(writeProgram(program)))
    const url = app.origin.replace('localhost', '127.0.0.1')
    const { path } = writeProgram(middleware, { 'http://localhost:3000': url })
    vm = new EdgeVM()
    // as Next gives it to the edge
    vm.evaluate(`globalThis.process = { env: { COUNTERSIGN_SECRET: '${SECRET}' } }`)
    vm.evaluate(await bundleForEdge(entryOf(path)))
  }, 120_000)
  afterAll(async () => {
    await vm?.evaluate('middleware.close()')
    await app?.stop()
    delete process.env['COUNTERSIGN_SECRET']
  })

  test.each([
    { path: '/public', signedIn: false, answer: 'goes on' },
    { path: '/account', signedIn: false, answer: 401 },
    { path: '/account', signedIn: true, answer: 'goes on' },
    { path: '/keys', signedIn: true, answer: 401 },
    { path: '/countersign/feed', signedIn: false, answer: 'goes on' },
  ])('$path, signed in: $signedIn: $answer', async ({ path, signedIn, answer }) => {
    expect(await vm.evaluate(`ask('${path}', ${signedIn})`)).toBe(answer)
    expect(await vm.evaluate('middleware.health().ok')).toBe(true)
  })

  test('its app tells nobody its feed', async () => {
    const reply = await fetch(`${app.origin}/countersign/feed`)
    expect([reply.status, await reply.text()]).toEqual([401, ''])
  })
})

function entryOf(path: string): string {
  return `
import { middleware } from ${JSON.stringify(path)}
globalThis.middleware = middleware
globalThis.ask = async (path, signedIn) => {
  const headers = signedIn ? { authorization: 'Bearer one' } : {}
  const reply = await middleware(new Request('http://shop.example' + path, { headers }))
  return reply === undefined ? 'goes on' : reply.status
}`
}
