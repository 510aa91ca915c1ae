// The Koa API of the README: bearer tokens, and a guard of at most 15 lines. And the Koa apps of the documents with pages.
import { browserLikeClient } from '@countersign/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Issuer, startIssuer } from './issuer.ts'
import { blocks } from './markdown-blocks.ts'
import { type RunningProgram, runProgram, untilListening } from './run-program.ts'
import { tellStory } from './story.ts'
import { writeProgram } from './write-programs.ts'

const inHost = (name: string) =>
  blocks().filter(({ directive }) => directive?.path === `test/readme/hosts/${name}`)
const apps = inHost('koa-api.ts')

test('the README has it, in at most 15 lines', () => {
  const [block] = apps.filter(({ file }) => file === 'README.md')
  expect(block?.code.split('\n').length).toBeGreaterThan(5)
  expect(block?.code.split('\n').length).toBeLessThanOrEqual(15)
})

describe.each(apps)('the API of $file, line $line', (block) => {
  let issuer: Issuer
  let api: RunningProgram
  beforeAll(async () => {
    issuer = await startIssuer()
    const program = writeProgram(block, { 'https://idp.example': issuer.url })
    api = await untilListening(await runProgram(program))
  })
  afterAll(async () => {
    await api?.stop()
    await issuer?.close()
  })

  async function transfer(authorization?: string): Promise<Response> {
    const headers = { authorization }
    return await browserLikeClient(api.origin).send('/transfers/acme', { method: 'POST', headers })
  }

  test('without a token, or with one of somebody else, it asks for a sign-in', async () => {
    const other = await startIssuer()
    const foreign = await other.token({ authTime: Date.now() })
    await other.close()
    for (const authorization of [undefined, 'Bearer nonsense', `Bearer ${foreign}`]) {
      const reply = await transfer(authorization)
      expect([reply.status, reply.headers.get('www-authenticate')]).not.toEqual([
        401,
        expect.stringContaining('insufficient_user_authentication'),
      ])
      expect(reply.status).toBe(401)
    }
  })

  test('an old login is challenged as RFC 9470 has it, and a fresh one passes', async () => {
    const old = await transfer(`Bearer ${await issuer.token({ authTime: Date.now() - 3_600_000 })}`)
    expect([old.status, old.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringMatching(/^Bearer error="insufficient_user_authentication".* max_age="900"/),
    ])
    const fresh = await transfer(`Bearer ${await issuer.token({ authTime: Date.now() })}`)
    expect(await fresh.json()).toEqual({ outcome: 'pass' })
  })
})

describe.each(inHost('koa.ts'))('the app of $file, line $line', (block) => {
  let app: RunningProgram
  beforeAll(async () => {
    app = await untilListening(await runProgram(writeProgram(block)))
  })
  afterAll(() => app?.stop())

  test('passes, challenges, completes and opts out', async () => {
    await tellStory(app.origin)
  })
})
