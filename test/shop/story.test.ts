// The story of the shop, over real HTTP: login, challenge, remembered, opt-out after a new login, revoked, challenge.
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { browserLikeClient } from '../support/browser-like-client.ts'
import { type RunningShop, SHOPS, startShop } from '../support/start-shop.ts'
import { signIn, stepUp, TRANSFER, tellStory } from './tell-story.ts'
import { temporaryDirectory } from './temporary-files.ts'

describe.each(SHOPS.filter((name) => name !== 'next'))('the %s shop', (name) => {
  let shop: RunningShop

  beforeAll(async () => {
    shop = await startShop(name)
  })
  afterAll(() => shop?.stop())

  // of one process: what it told it knows
  tellStory({ origin: () => shop.origin, settled: async () => undefined })

  test('tells its health, and stops when it is told to, twice', async () => {
    const health = await (await browserLikeClient(shop.origin).fetchJson('/healthz')).json()
    expect(health).toMatchObject({ ok: true, suspendedOptOuts: [] })
    expect(health.revision).toMatch(/^[0-9a-f]{64}$/)
    const stopping = shop.stop()
    expect(await Promise.all([stopping, shop.stop()])).toEqual([0, 0])
    expect(shop.log()).toContain(`ready ${shop.origin}\n`)
  })

  test('starts again where it was killed', async () => {
    const dataDirectory = temporaryDirectory()
    const killed = await startShop(name, { dataDirectory })
    const browser = browserLikeClient(killed.origin)
    await signIn(browser)
    const asked = await browser.submit('/transfer', TRANSFER)
    await stepUp(browser, asked.headers.get('location') ?? '', true)
    await killed.kill()
    await expect(browser.fetchJson('/account')).rejects.toThrow('ECONNREFUSED')

    const again = await startShop(name, { dataDirectory, port: killed.port })
    onTestFinished(async () => void (await again.stop()))
    expect(again.origin).toBe(killed.origin)
    const sent = await browser.fetchJson('/transfer', { json: TRANSFER })
    expect(await sent.json()).toMatchObject({ decision: { outcome: 'pass' } })
    expect((await (await browser.fetchJson('/devices')).json()).devices).toHaveLength(1)
  })
})
