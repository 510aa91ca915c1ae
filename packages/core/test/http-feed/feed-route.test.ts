// The route by which an instance tells what it has folded: who is answered, with what, and how long one waits.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fakeClock } from '../../../testing/src/fake-clock.ts'
import { createFeedProofs, FEED_HEADER } from '../../src/http-feed/feed-proofs.ts'
import { activate, event } from '../state/sample-feed.ts'
import { SECRET, type ServedFeed, serveFeed } from './served-feed.ts'

let served: ServedFeed
beforeEach(async () => {
  served = await serveFeed()
  await served.append(activate('one'))
})
afterEach(() => served.stop())

const suspend = (target: `rule:${string}`) =>
  event({ topic: 'switch', data: { kind: 'suspend', target } })
const tag = (position: string) => ({ 'if-none-match': `W/"${position}"` })

describe('who is answered', () => {
  it.each([
    { name: 'no proof', authorization: async () => '' },
    { name: 'the secret itself', authorization: async () => `Bearer ${SECRET}` },
    { name: 'a proof by another secret', authorization: () => proof('x'.repeat(40), Date.now()) },
    { name: 'one of a minute ago', authorization: () => proof(SECRET, Date.now() - 60_000) },
    { name: 'one of a minute ahead', authorization: () => proof(SECRET, Date.now() + 60_000) },
    {
      name: 'one with another time',
      authorization: async () =>
        (await proof(SECRET, Date.now())).replace(/\.\d+\./, `.${Date.now() + 5}.`),
    },
    {
      name: 'one with something behind it',
      authorization: async () => `${await proof(SECRET, Date.now())}A`,
    },
    {
      name: 'one as long as a header',
      authorization: async () => `Countersign-Feed ${'1'.repeat(9_000)}`,
    },
  ])('nobody with $name', async ({ authorization }) => {
    const reply = await served.ask({ authorization: await authorization() })
    expect([reply.status, await reply.text()]).toEqual([401, ''])
    expect(reply.headers.has(FEED_HEADER)).toBe(false)
  })

  it('by GET alone', async () => {
    expect((await served.ask({}, 'POST')).status).toBe(405)
    expect((await served.ask({}, 'HEAD')).status).toBe(405)
  })

  it('nobody by an instance that is stale itself', async () => {
    await served.stop()
    const clock = fakeClock(Date.now())
    served = await serveFeed({ clock })
    expect((await served.ask()).status).toBe(200)
    await served.stop()
    clock.advance(11_000)
    expect((await served.ask()).status).toBe(503)
  })
})

describe('what is answered', () => {
  it('begins with a snapshot, goes on with what came since, and says when that is nothing', async () => {
    const first = await served.ask()
    const [entries, snapshot] = (await first.text()).split('\n')
    expect([first.status, first.headers.get('etag'), entries]).toEqual([200, 'W/"1:1"', '[]'])
    expect(JSON.parse(snapshot ?? '')).toMatchObject({ position: '1:1' })

    await served.append(suspend('rule:a'), suspend('rule:b'))
    const next = await served.ask(tag('1:1'))
    const [since, none] = (await next.text()).split('\n')
    expect([next.headers.get('etag'), none]).toEqual(['W/"1:3"', ''])
    expect(JSON.parse(since ?? '')).toMatchObject([
      { position: '1:2', event: { data: { target: 'rule:a' } }, as: { mayLoosen: true } },
      { position: '1:3', event: { data: { target: 'rule:b' } } },
    ])

    const nothing = await served.ask(tag('1:3'))
    expect([nothing.status, await nothing.text()]).toEqual([304, ''])
    expect(nothing.headers.get(FEED_HEADER)).toMatch(/./)
  })

  it('shares one snapshot, and adds to it what came since', async () => {
    const before = (await (await served.ask()).text()).split('\n')[1]
    await served.append(suspend('rule:a'))
    const [entries, snapshot] = (await (await served.ask()).text()).split('\n')
    expect(snapshot).toBe(before)
    expect(JSON.parse(entries ?? '')).toHaveLength(1)
  })

  it('gives the place of what it passed over, and not what it was', async () => {
    await served.ask()
    await served.append({ ...suspend('rule:a'), data: 'broken' } as never, suspend('rule:b'))
    const [entries] = (await (await served.ask(tag('1:1'))).text()).split('\n')
    expect(JSON.parse(entries ?? '')).toMatchObject([
      { position: '1:2', event: null },
      { position: '1:3', event: { topic: 'switch' } },
    ])
  })

  it('begins anew with who is too far behind', async () => {
    await served.ask()
    for (let at = 0; at < 1_010; at++) await served.feed.append(suspend(`rule:${at}`))
    await served.append(suspend('rule:last'))
    const [entries, snapshot] = (await (await served.ask(tag('1:1'))).text()).split('\n')
    expect([entries, JSON.parse(snapshot ?? '')]).toMatchObject(['[]', { position: '1:1012' }])
  })

  it.each(['1:9', '2:0', '7:1'])('nothing to who has seen more, as %s', async (position) => {
    const reply = await served.ask(tag(position))
    expect([reply.status, await reply.text(), reply.headers.has(FEED_HEADER)]).toEqual([
      409,
      '',
      false,
    ])
  })
})

describe('how long one waits', () => {
  it('until there is news', async () => {
    const asked = served.ask({ ...tag('1:1'), prefer: 'respond-async, wait=25' })
    await served.append(suspend('rule:a'))
    expect((await asked).status).toBe(200)
  })

  it('as long as was asked for', async () => {
    const begun = performance.now()
    expect((await served.ask({ ...tag('1:1'), prefer: 'wait=1' })).status).toBe(304)
    // timers may be a little early
    expect(performance.now() - begun).toBeGreaterThan(950)
  })

  it('not at all where nobody asks to', async () => {
    expect((await served.ask({ ...tag('1:1'), prefer: 'await=25' })).status).toBe(304)
  })

  it('with 255 others: one more is sent away', async () => {
    const waiting = Array.from({ length: 256 }, () =>
      served.ask({ ...tag('1:1'), prefer: 'wait=25' }),
    )
    await expect
      .poll(async () => (await served.ask(tag('1:1'))).status, { timeout: 20_000 })
      .toBe(503)
    expect((await served.ask()).headers.get('retry-after')).toBe('1')
    await served.append(suspend('rule:a'))
    expect(new Set((await Promise.all(waiting)).map(({ status }) => status))).toEqual(
      new Set([200]),
    )
    expect((await served.ask()).status).toBe(200)
  })

  it('no longer than the route is open', async () => {
    const asked = served.ask({ ...tag('1:1'), prefer: 'wait=25' })
    await Promise.resolve()
    served.route.close()
    expect((await asked).status).toBe(503)
    expect((await served.ask()).status).toBe(503)
  })
})

async function proof(secret: string, at: number): Promise<string> {
  return (await (await createFeedProofs([secret])).ask(at)).authorization
}
