import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

const script = new URL('../../scripts/start-example.mjs', import.meta.url).pathname

test.each([
  { args: [], got: 'nothing' },
  { args: ['rails'], got: 'rails' },
])('starting example $got says which there are', ({ args, got }) => {
  const { status, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' })
  expect(stderr).toBe(`Which example? Got ${got}; say one of express, koa, next, hono, fastify.\n`)
  expect(status).toBe(1)
})
