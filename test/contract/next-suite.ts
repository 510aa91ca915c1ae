// A running Next app for a suite of its own tests.
import { afterAll, beforeAll } from 'vitest'
import { scenario } from '../../packages/testing/src/guard-contract/contract-app.ts'
import { type HowToStart, startNext } from './start-next.ts'

/** To be called in a `describe`; answers with the origin, once the tests run. */
export function onNext(folder: string, how: HowToStart): () => string {
  let app: Awaited<ReturnType<ReturnType<typeof startNext>>> | undefined
  beforeAll(async () => {
    app = await startNext(folder, how)(scenario({ login: true }))
  })
  afterAll(async () => await app?.stop())
  return () => {
    if (app === undefined) throw new Error('the app was not started')
    return app.origin
  }
}
