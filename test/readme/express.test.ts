// The Express app of the README: express-session, no JWT, and a guard of at most 15 lines.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blocks } from './markdown-blocks.ts'
import { type RunningProgram, runProgram, untilListening } from './run-program.ts'
import { tellStory } from './story.ts'
import { writeProgram } from './write-programs.ts'

const HOST = 'test/readme/hosts/express.ts'
const apps = blocks().filter(({ directive }) => directive?.path === HOST)

test('the README has it, in at most 15 lines', () => {
  const [block] = apps.filter(({ file }) => file === 'README.md')
  const lines = block?.code.split('\n').filter((line) => line.trim() !== '') ?? []
  expect(lines.length).toBeGreaterThan(5)
  expect(lines.length).toBeLessThanOrEqual(15)
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
