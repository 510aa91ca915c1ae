import { expect, test } from 'vitest'
import { countersign } from '../src/index.ts'
import { testApp, testOptions, UNCACHEABLE } from './support.ts'

test('the guard is there for the whole app, ready when it is, and closed with it', async () => {
  const app = testApp()
  await app.register(countersign, testOptions())
  app.get('/', { preHandler: app.countersign('page.view') }, async (req) => ({
    outcome: app.countersign.decision(req)?.outcome,
  }))
  expect(app.countersign.health().ok).toBe(false)
  await app.ready()
  expect(app.countersign.health().ok).toBe(true)
  const reply = await app.inject('/')
  expect([reply.json(), reply.headers['cache-control']]).toEqual([{ outcome: 'pass' }, UNCACHEABLE])
  await app.close()
  await expect(app.countersign.ready()).rejects.toThrow('this guard is closed')
})

test('a wrong option is told when the plugin is registered', async () => {
  const app = testApp()
  const registering = app.register(countersign, { ...testOptions(), challengePath: 'step-up' })
  await expect(registering).rejects.toMatchObject({ path: 'challengePath' })
})
