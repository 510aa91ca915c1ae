// What a server forgets, its followers remember: a new generation begins with what they folded, and nothing that was taken
// back comes to life again.
import type { Feed, FeedEvent, Position, State } from '@countersign/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DURABLE, type RedisServer, startRedisServer } from '../../../test/support/redis-servers.ts'
import { redisFeed } from '../src/index.ts'
import { type Followed, followed } from './followed-feed.ts'

let server: RedisServer
let opened: (Feed | Followed)[]
beforeEach(() => {
  opened = []
})
afterEach(async () => {
  for (const one of opened.reverse()) await ('stop' in one ? one.stop() : one.close())
  await server.stop()
})

async function open(): Promise<Feed> {
  const feed = await redisFeed({ url: server.url }).open({ secrets: [] })
  opened.push(feed)
  return feed
}

async function openFollowed(): Promise<Followed & { readonly feed: Feed }> {
  const feed = await open()
  const following = { ...followed(feed), feed }
  opened.push(following)
  return following
}

function revoke(session: string): FeedEvent {
  const data = { kind: 'session', subject: 'alice', session } as const
  return { id: session, at: Date.now(), by: 'ann', why: 'a test', topic: 'revocation', data }
}

const isRevoked = (session: string) => (state: State) => state.isSessionRevoked('alice', session)
const isGeneration = (generation: number) => (state: State) =>
  state.position?.startsWith(`${generation}:`) === true

async function append(feed: Feed, session: string): Promise<Position> {
  const result = await feed.append(revoke(session))
  if (!result.ok) throw new Error('refused without an expectation')
  return result.position
}

/** As soon as the server can be reached again. */
async function appendAgain(feed: Feed, session: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await append(feed, session)
      return
    } catch (error) {
      if (tries === 200) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

describe('a server that forgot everything', () => {
  beforeEach(async () => {
    server = await startRedisServer()
  })

  it('is told by who followed it: a new generation, with what was revoked, and since when', async () => {
    const one = await openFollowed()
    await append(one.feed, 'before')
    await one.until(isRevoked('before'))
    expect(one.state.begunAt).toBeUndefined()
    const killed = Date.now()
    await server.kill()
    await server.start()
    await one.until(isGeneration(2))
    expect(one.state.isSessionRevoked('alice', 'before')).toBe(true)
    expect(one.state.begunAt).toBeGreaterThanOrEqual(killed)
    expect(await append(one.feed, 'after')).toBe('2:1')
    // who comes new reads the same
    const other = await openFollowed()
    await other.until(isRevoked('after'))
    expect(other.state.isSessionRevoked('alice', 'before')).toBe(true)
    expect(other.state.begunAt).toBe(one.state.begunAt)
  })

  it('two who followed it begin one generation, with what either of them knew', async () => {
    const both = [await openFollowed(), await openFollowed()] as const
    for (const [index, one] of both.entries()) await append(one.feed, `of ${index}`)
    for (const one of both)
      await one.until((state) => isRevoked('of 0')(state) && isRevoked('of 1')(state))
    await server.kill()
    await server.start()
    for (const one of both) await one.until(isGeneration(2))
    await appendAgain(both[0].feed, 'after')
    for (const one of both) {
      await one.until(isRevoked('after'))
      for (const session of ['of 0', 'of 1']) expect(isRevoked(session)(one.state)).toBe(true)
    }
    expect(both[0].state.position).toBe(both[1].state.position)
  })

  it('what somebody new began on it meanwhile is taken over, as far as it tightens', async () => {
    const one = await openFollowed()
    await append(one.feed, 'before')
    await one.until(isRevoked('before'))
    await server.kill()
    await server.start()
    // another process, which knows nothing, may be first
    const stranger = await open()
    const position = await append(stranger, 'by a stranger')
    await one.until(isRevoked('by a stranger'))
    expect(isRevoked('before')(one.state)).toBe(true)
    expect(one.state.position?.split(':')[0]).toBe('2')
    expect(position === '1:1' || position.startsWith('2:')).toBe(true)
  })

  it('an append waits until who follows it has taken it up', async () => {
    const one = await openFollowed()
    await append(one.feed, 'before')
    await one.until(isRevoked('before'))
    await server.kill()
    await server.start()
    await appendAgain(one.feed, 'after')
    await one.until(isRevoked('after'))
    expect(isRevoked('before')(one.state)).toBe(true)
  })
})

describe('a server that was started anew', () => {
  it('goes on where all that it acknowledged is on its disk', async () => {
    server = await startRedisServer(DURABLE)
    const one = await openFollowed()
    await append(one.feed, 'before')
    await server.kill()
    await server.start()
    await appendAgain(one.feed, 'after')
    await one.until(isRevoked('after'))
    expect(one.state.position).toBe('1:2')
    expect(one.state.begunAt).toBeUndefined()
  })

  it('begins a new generation where it may have lost the last second', async () => {
    server = await startRedisServer(['--appendonly', 'yes', '--appendfsync', 'everysec'])
    const one = await openFollowed()
    await append(one.feed, 'before')
    await one.until(isRevoked('before'))
    await server.kill()
    await server.start()
    await one.until(isGeneration(2))
    expect(isRevoked('before')(one.state)).toBe(true)
  })

  it('is taken over by who comes new and reads it to its end, unconfirmed before that', async () => {
    server = await startRedisServer(['--appendonly', 'yes', '--appendfsync', 'everysec'])
    const first = await open()
    await append(first, 'before')
    server.cli('BGREWRITEAOF')
    await new Promise((resolve) => setTimeout(resolve, 1500))
    await server.kill()
    await server.start()
    const other = await openFollowed()
    await other.until(isGeneration(2))
    expect(isRevoked('before')(other.state)).toBe(true)
    expect(other.state.begunAt).toBeDefined()
    const [read, begun] = other.batches
    expect(read?.confirmedAt).toBe(Number.NEGATIVE_INFINITY)
    expect(begun?.snapshot).toBeInstanceOf(Uint8Array)
    expect(begun?.confirmedAt).toBeGreaterThan(0)
  })
})

it('a server that may evict what it holds is refused at the opening, with what to do', async () => {
  server = await startRedisServer(['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'])
  await expect(open()).rejects.toMatchObject({
    code: 'redis_evicts',
    message: expect.stringContaining('noeviction'),
  })
})
