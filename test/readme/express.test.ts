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

// one without a challenge page is a part of an app: it has to start, and to say that it is well
const whole = apps.filter(({ code }) => code.includes("app.post('/step-up'"))
const parts = apps.filter((app) => !whole.includes(app))

describe.each(parts)('the part of $file, line $line', (block) => {
  test('starts, is well, and stops when it is told to', async () => {
    const app = await untilListening(await runProgram(writeProgram(block)))
    const health = await untilWell(app.origin)
    expect(health).toMatchObject({ ok: true, warnings: [] })
    // one that does not listen for SIGTERM is ended by it
    const code = await app.stop()
    expect(code, app.log()).toBe(block.code.includes("'SIGTERM'") ? 0 : null)
  })
})

describe.each(whole)('the app of $file, line $line', (block) => {
  let app: RunningProgram
  beforeAll(async () => {
    app = await untilListening(await runProgram(writeProgram(block)))
  })
  afterAll(() => app?.stop())

  test('passes, challenges, completes and opts out', async () => {
    await tellStory(app.origin, app.log)
  })
})

async function untilWell(origin: string): Promise<unknown> {
  for (;;) {
    const health = await (await fetch(`${origin}/healthz`)).json()
    if (health.ok) return health
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
