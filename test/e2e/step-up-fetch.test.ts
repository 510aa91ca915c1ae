// The fetch of @countersign/browser in a real browser: popup and navigation, one tab and two, and what it must not do.
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type * as browserPackage from '../../packages/browser/src/index.ts'
import { hasChromium, startChromium } from '../support/chromium.ts'
import { type ChallengeServer, startChallengeServer } from './support/challenge-server.ts'

declare global {
  interface Window {
    browser: typeof browserPackage
    stepUpFetch: ReturnType<typeof browserPackage.createStepUpFetch>
    answers: Record<string, Promise<string>>
    stopping: AbortController
  }
}

describe.skipIf(!hasChromium())('stepUpFetch in Chromium', () => {
  let server: ChallengeServer
  let chromium: Browser
  let context: BrowserContext

  beforeAll(async () => {
    ;[server, chromium] = await Promise.all([startChallengeServer(), startChromium()])
  })
  afterAll(async () => {
    await chromium?.close()
    await server?.close()
  })
  beforeEach(async () => {
    server.seen.length = 0
    server.challengeUrl = undefined
    context = await chromium.newContext()
  })
  afterEach(async () => await context.close())

  async function openPage(options: browserPackage.StepUpFetchOptions = {}): Promise<Page> {
    const page = await context.newPage()
    await page.goto(`${server.origin}/page?tab=2#part`)
    await prepare(page, options)
    return page
  }

  async function prepare(
    page: Page,
    options: browserPackage.StepUpFetchOptions = {},
  ): Promise<void> {
    await page.waitForFunction(() => window.browser !== undefined)
    await page.evaluate((given) => {
      window.answers = {}
      window.stepUpFetch = window.browser.createStepUpFetch(given)
    }, options)
  }

  /** Begins a request and does not wait for its answer; the click is what lets a popup open. */
  async function begin(page: Page, path: string, init: RequestInit = {}): Promise<void> {
    await page.getByRole('button', { name: 'Act' }).click()
    await page.evaluate(
      ([to, how]) => {
        window.stopping = new AbortController()
        const answer = window.stepUpFetch(to, { ...how, signal: window.stopping.signal })
        window.answers[to] = answer.then(
          async (response) => `${response.status} ${await response.text()}`,
          (error) => `threw ${error.name}`,
        )
      },
      [path, init] as const,
    )
  }

  function answer(page: Page, path: string): Promise<string | undefined> {
    return page.evaluate((to) => window.answers[to], path)
  }

  async function confirm(popup: Page): Promise<void> {
    await popup.getByRole('button', { name: 'It is me' }).click()
  }

  const post = (body: string) => ({ method: 'POST', body })

  test('a popup asks, and the same request is sent once more, under the same key', async () => {
    const page = await openPage()
    const opened = page.waitForEvent('popup')
    await begin(page, '/api/pay', post('{"amount":5}'))
    const popup = await opened
    const closed = popup.waitForEvent('close')
    await confirm(popup)
    expect(await answer(page, '/api/pay')).toBe('200 {"done":"/api/pay"}')
    await closed
    expect(server.seen.map(({ status, body }) => [status, body])).toEqual([
      [401, '{"amount":5}'],
      [200, '{"amount":5}'],
    ])
    const keys = new Set(server.seen.map(({ key }) => key))
    expect(keys.size).toBe(1)
    expect([...keys][0]).toMatch(/^"[0-9a-f-]{36}"$/)
  })

  test('requests at the same moment, in two tabs, ask once', async () => {
    const first = await openPage()
    const second = await openPage()
    const opened = first.waitForEvent('popup')
    await begin(first, '/api/a', post('a'))
    const popup = await opened
    await begin(first, '/api/b', post('b'))
    await begin(second, '/api/c', post('c'))
    await expect.poll(() => server.seen.length).toBe(3)
    expect(context.pages()).toHaveLength(3)
    await confirm(popup)
    expect(await answer(first, '/api/a')).toMatch(/^200/)
    expect(await answer(first, '/api/b')).toMatch(/^200/)
    expect(await answer(second, '/api/c')).toMatch(/^200/)
    // each was sent twice, and nobody was asked again
    expect(server.seen.map(({ path, status }) => `${path} ${status}`).sort()).toEqual(
      ['a', 'b', 'c'].flatMap((name) => [`/api/${name} 200`, `/api/${name} 401`]),
    )
    await expect.poll(() => context.pages().length).toBe(2)
  })

  test('a tab that waits asks by itself where the other one is closed', async () => {
    const first = await openPage()
    const second = await openPage()
    const opened = first.waitForEvent('popup')
    await begin(first, '/api/a', post('a'))
    await opened
    await begin(second, '/api/c', post('c'))
    await expect.poll(() => server.seen.length).toBe(2)
    const next = second.waitForEvent('popup')
    await first.close()
    await confirm(await next)
    expect(await answer(second, '/api/c')).toMatch(/^200/)
  })

  test('a popup that is closed gives the 401 to the app, and the next request may ask again', async () => {
    const page = await openPage()
    for (let round = 0; round < 2; round++) {
      const opened = page.waitForEvent('popup')
      await begin(page, '/api/pay', post('x'))
      await (await opened).close()
      expect(await answer(page, '/api/pay')).toMatch(/^401/)
    }
    expect(server.seen).toHaveLength(2)
  })

  test('an aborted request is not sent again, and takes its popup along', async () => {
    const page = await openPage()
    const opened = page.waitForEvent('popup')
    await begin(page, '/api/pay', post('x'))
    const popup = await opened
    const closed = popup.waitForEvent('close')
    await page.evaluate(() => window.stopping.abort())
    expect(await answer(page, '/api/pay')).toBe('threw AbortError')
    await closed
    expect(server.seen).toHaveLength(1)
  })

  test('the page is left and comes back, and then the request is sent once more', async () => {
    const page = await openPage({ show: 'navigation' })
    await begin(page, '/api/pay', post('kept'))
    await confirm(page)
    await page.waitForURL(/\/page/)
    await prepare(page)
    const resumed = await page.evaluate(async () => (await window.stepUpFetch.resume())?.status)
    expect(resumed).toBe(200)
    expect(page.url()).toBe(`${server.origin}/page?tab=2#part`)
    expect(server.seen.map(({ status, body }) => [status, body])).toEqual([
      [401, 'kept'],
      [200, 'kept'],
    ])
    expect(server.seen[1]?.key).toBe(server.seen[0]?.key)
    expect(await page.evaluate(() => window.stepUpFetch.resume())).toBeUndefined()
  })

  test('who comes back without a confirmation sends nothing', async () => {
    const page = await openPage({ show: 'navigation' })
    await begin(page, '/api/pay', post('kept'))
    await page.waitForURL(/\/challenge/)
    await page.goto(`${server.origin}/page?tab=2`)
    await prepare(page)
    expect(await page.evaluate(() => window.stepUpFetch.resume())).toBeUndefined()
    expect(server.seen).toHaveLength(1)
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
  })

  test('a challenge that is no page of this origin is not shown', async () => {
    const page = await openPage()
    for (const url of [
      'https://evil.example/challenge',
      '//evil.example/challenge',
      'http://localhost:1/challenge',
      'javascript:alert(1)',
      `blob:${server.origin}/0b51f12c-8a3b-4a3e-9a5e-2d4fb5d3a111`,
      'http://',
    ]) {
      server.challengeUrl = url
      await begin(page, '/api/pay', post(url))
      expect(await answer(page, '/api/pay'), url).toMatch(/^401/)
    }
    expect(context.pages()).toHaveLength(1)
    expect(page.url()).toBe(`${server.origin}/page?tab=2#part`)
    expect(server.seen).toHaveLength(6)
  })

  test('a stream cannot be sent twice: nobody is asked', async () => {
    const page = await openPage()
    const status = await page.evaluate(async () => {
      const body = new ReadableStream({ start: (controller) => controller.close() })
      // Chromium sends streams over HTTP/2 alone: what is sent here is looked at, and answered
      const stub: typeof fetch = async (_input, init) => {
        if (init?.body !== body) throw new Error('not the stream itself')
        return await fetch('/api/pay', { method: 'POST' })
      }
      const stepUpFetch = window.browser.createStepUpFetch({ fetch: stub })
      const init = { method: 'POST', body, duplex: 'half' }
      return (await stepUpFetch('/api/pay', init as RequestInit)).status
    })
    expect(status).toBe(401)
    expect(server.seen).toHaveLength(1)
    expect(context.pages()).toHaveLength(1)
  })

  test('an app may name its own key, and what only reads has none', async () => {
    await context.addCookies([{ name: 'proved', value: '1', url: server.origin }])
    const page = await openPage()
    await begin(page, '/api/own', { method: 'PUT', headers: { 'Idempotency-Key': '"mine"' } })
    await begin(page, '/api/read')
    expect(await answer(page, '/api/own')).toMatch(/^200/)
    expect(await answer(page, '/api/read')).toMatch(/^200/)
    expect(server.seen.map(({ method, key }) => [method, key])).toEqual([
      ['PUT', '"mine"'],
      ['GET', undefined],
    ])
  })
})
