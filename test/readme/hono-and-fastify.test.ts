// The Hono and Fastify apps of the documents.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blocks } from './markdown-blocks.ts'
import { type RunningProgram, runProgram, untilListening } from './run-program.ts'
import { tellStory } from './story.ts'
import { writeProgram } from './write-programs.ts'

const HOSTS = ['test/readme/hosts/hono.ts', 'test/readme/hosts/fastify.ts']
const apps = blocks().filter(({ directive }) => HOSTS.includes(directive?.path ?? ''))

test('each has some', () => {
  expect(new Set(apps.map(({ directive }) => directive?.path)).size).toBe(HOSTS.length)
})

describe.each(apps)('the app of $file, line $line', (block) => {
  let app: RunningProgram
  beforeAll(async () => {
    app = await untilListening(await runProgram(writeProgram(block)))
  })
  afterAll(() => app?.stop())

  test('passes, challenges, completes and opts out', async () => {
    await tellStory(app.origin)
  })
})
