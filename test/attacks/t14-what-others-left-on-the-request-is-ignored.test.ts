// T14: an identity that an earlier middleware had left on the request was believed (Clerk pull 8804). The shops
// have nothing of the kind before their guard: apps of our own do. What Next's proxy can leave, headers, is T28's.
import { expect, test } from 'vitest'
import { forEachAdapter } from './support/tampered-apps.ts'

forEachAdapter((start) => {
  test('T14: a pre-filled req.auth, req.user or ctx.state.user is nobody', async () => {
    const app = await start()
    const nobody = app.person()
    nobody.cookies.clear()
    expect((await nobody.fetchJson('/prefilled/account')).status).toBe(401)
  })

  test('T14: and does not change who somebody is, or how strongly', async () => {
    const app = await start()
    const alice = app.person()
    const seen = await alice.fetchJson('/prefilled/account')
    expect(await seen.json()).toMatchObject({ outcome: 'pass', subject: alice.subject })
    const weak = app.person({ authTime: app.clock.now() - 13 * 3_600_000 })
    expect((await weak.fetchJson('/prefilled/account')).status).toBe(401)
  })
})
