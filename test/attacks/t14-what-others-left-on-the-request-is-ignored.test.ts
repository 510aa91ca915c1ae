// T14: an identity that an earlier middleware had left on the request was believed (Clerk pull 8804). A Next handler gets a
// Request that nothing before it can put properties on; what its proxy can, headers, is T28's.
import { expect, test } from 'vitest'
import { forEachAdapter } from './support/tampered-apps.ts'

forEachAdapter((start, adapter) => {
  if (adapter === 'Next 16') {
    test('T14: a Request with an identity on it is nobody’s', async () => {
      const app = await start()
      const nobody = app.person()
      nobody.cookies.clear()
      expect(await nobody.view()).toBe(401)
    })
    return
  }

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
