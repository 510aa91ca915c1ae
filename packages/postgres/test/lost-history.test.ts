// After a failover, or a restore to an earlier moment, followers begin a new generation: by themselves, once, and without
// forgetting what they know.
import {
  createFreshness,
  createState,
  type Feed,
  type FeedEvent,
  type FeedFollower,
  followFeed,
  type State,
  systemClock,
} from '@countersign/core'
import { postgresFeed } from '@countersign/postgres'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type PrivateDatabase, startPrivateDatabase } from './private-database.ts'

const HEARTBEAT_MS = 50
let database: PrivateDatabase
let schema: string
let ending: (() => Promise<void>)[] = []

beforeAll(async () => {
  database = await startPrivateDatabase()
}, 60_000)
afterAll(() => database.stop())
beforeEach(async () => {
  schema = await database.freshSchema()
})
afterEach(async () => {
  for (const end of ending.reverse()) await end()
  ending = []
  await database.admin.query(`update ${schema}.feed_head set server = ${schema}.server_identity()`)
  await database.giveBack(schema)
})

interface Instance {
  readonly feed: Feed
  readonly state: State
  readonly follower: FeedFollower
  readonly errors: string[]
  isStale(): boolean
}

async function startInstance(): Promise<Instance> {
  const options = { connectionString: database.url, schema }
  const feed = await postgresFeed(options).open({ secrets: ['a secret of the tests'] })
  const state = createState({ now: Date.now })
  const freshness = createFreshness(systemClock, 2_000)
  const errors: string[] = []
  const onError = (error: unknown) => errors.push(String(error))
  const follower = followFeed({ feed, state, freshness, heartbeatMs: HEARTBEAT_MS, onError })
  ending.push(async () => {
    await follower.stop()
    await feed.close()
  })
  await follower.caughtUp()
  return { feed, state, follower, errors, isStale: () => freshness.isStale() }
}

function suspend(id: string): FeedEvent {
  const data = { kind: 'suspend', target: `rule:${id}` } as const
  return { id, at: 1, by: 'ann', why: 'a test', topic: 'switch', data }
}

async function append(feed: Feed, ...ids: string[]): Promise<string> {
  let position = ''
  for (const id of ids) {
    const result = await feed.append(suspend(id))
    if (!result.ok) throw new Error('an append without expectation was refused')
    position = result.position
  }
  return position
}

const knows = ({ state }: Instance, ...ids: string[]) =>
  ids.filter((id) => state.isSuspended(`rule:${id}`, 0))

/** Takes events back, as a restore to an earlier moment would. */
const restoreTo = (sequence: number) =>
  database.admin.query(
    `begin; delete from ${schema}.feed_events where sequence > ${sequence};
     update ${schema}.feed_head set sequence = ${sequence}; commit`,
  )

/** The same rows on another server, as after a failover. */
const failOver = () =>
  database.admin.query(`update ${schema}.feed_head set server = 'another server:00000001'`)

const until = (assertion: () => unknown) => vi.waitFor(assertion, { timeout: 20_000, interval: 20 })

describe('a failover', () => {
  it('begins one generation, whoever notices, and nobody forgets anything', async () => {
    const instances = await Promise.all([startInstance(), startInstance(), startInstance()])
    const [one, two] = instances
    await append(one.feed, 'a', 'b')
    await failOver()
    await until(() =>
      expect(instances.map(({ state }) => state.position)).toEqual(['2:0', '2:0', '2:0']),
    )
    for (const one of instances) expect(knows(one, 'a', 'b')).toEqual(['a', 'b'])
    expect(await append(two.feed, 'c')).toBe('2:1')
    await until(() => expect(knows(one, 'a', 'b', 'c')).toEqual(['a', 'b', 'c']))
    const late = await startInstance()
    expect(late.state.position).toBe('2:1')
    expect(knows(late, 'a', 'b', 'c')).toEqual(['a', 'b', 'c'])
    // what was given under the old positions is of this history still
    expect(late.state.endedBySubject('alice', '1:2')).toBe(false)
    expect(late.state.endedBySubject('alice', '1:3')).toBe(true)
    expect(instances.flatMap(({ errors }) => errors)).toEqual([])
  })

  it('an append waits for the new generation, and lies in it', async () => {
    const one = await startInstance()
    await append(one.feed, 'a')
    await failOver()
    expect(await append(one.feed, 'b')).toBe('2:1')
    await until(() => expect(knows(one, 'a', 'b')).toEqual(['a', 'b']))
  })

  it('an instance that starts after it begins the generation itself', async () => {
    const before = await startInstance()
    await append(before.feed, 'a')
    await before.follower.stop()
    await failOver()
    const after = await startInstance()
    await until(() => expect(after.state.position).toBe('2:0'))
    expect(knows(after, 'a')).toEqual(['a'])
  })

  it('what was compared before it is compared after it', async () => {
    const one = await startInstance()
    const first = await append(one.feed, 'a')
    await failOver()
    await until(() => expect(one.state.position).toBe('2:0'))
    expect(await one.feed.append(suspend('x'), 'none')).toEqual({ ok: false, last: first })
    expect((await one.feed.append(suspend('b'), first as '1:1')).ok).toBe(true)
  })
})

describe('a restore to an earlier moment', () => {
  it('what a follower has seen beyond the end is in the new generation', async () => {
    const one = await startInstance()
    await append(one.feed, 'a', 'b', 'c')
    await until(() => expect(one.state.position).toBe('1:3'))
    await restoreTo(1)
    await until(() => expect(one.state.position).toBe('2:0'))
    expect(knows(one, 'a', 'b', 'c')).toEqual(['a', 'b', 'c'])
    const late = await startInstance()
    expect(knows(late, 'a', 'b', 'c')).toEqual(['a', 'b', 'c'])
    expect(one.errors).toEqual([])
  })

  it('one that went on otherwise leaves those strict who have seen more, and is told', async () => {
    const one = await startInstance()
    await append(one.feed, 'a', 'b', 'c')
    await until(() => expect(one.state.position).toBe('1:3'))
    // in one step: the follower sees only what it has become
    await database.admin.query(
      `begin; delete from ${schema}.feed_events where sequence > 1;
       insert into ${schema}.feed_events values (1, 2, 'x', '${JSON.stringify(suspend('x'))}');
       update ${schema}.feed_head set sequence = 2; commit`,
    )
    await until(() => expect(one.errors.join()).toContain('start it anew'))
    await until(() => expect(one.isStale()).toBe(true))
    expect(one.state.position).toBe('1:3')
    const anew = await startInstance()
    expect(knows(anew, 'a', 'b', 'c', 'x')).toEqual(['a', 'x'])
  })

  it('one that went on otherwise at the very same length is noticed too', async () => {
    const one = await startInstance()
    await append(one.feed, 'a', 'b')
    await until(() => expect(one.state.position).toBe('1:2'))
    await database.admin.query(
      `update ${schema}.feed_events set id = 'x', event = '${JSON.stringify(suspend('x'))}' where sequence = 2`,
    )
    await until(() => expect(one.errors.join()).toContain('start it anew'))
    await until(() => expect(one.isStale()).toBe(true))
  })
})

it('a gap that somebody made is told, and nobody goes on over it', async () => {
  const one = await startInstance()
  await append(one.feed, 'a', 'b', 'c')
  await database.admin.query(`delete from ${schema}.feed_events where sequence = 2`)
  const feed = await postgresFeed({ connectionString: database.url, schema }).open({
    secrets: ['a secret of the tests'],
  })
  const follow = feed.follow(undefined, HEARTBEAT_MS, new AbortController().signal)
  await expect(follow[Symbol.asyncIterator]().next()).rejects.toThrow('gap')
  await feed.close()
})

it('a standby is not believed', async () => {
  // as one answers: the function that asks is put in the place of the system's
  await database.admin.query(
    `create schema if not exists as_standby; create or replace function as_standby.pg_is_in_recovery() returns boolean language sql as 'select true';
     alter function ${schema}.read_feed(bigint, bigint, text) set search_path = as_standby, pg_catalog, ${schema}`,
  )
  const opened = await postgresFeed({ connectionString: database.url, schema }).open({
    secrets: ['a secret of the tests'],
  })
  try {
    const follow = opened.follow(undefined, HEARTBEAT_MS, new AbortController().signal)
    await expect(follow[Symbol.asyncIterator]().next()).rejects.toThrow('standby')
    expect(opened.warnings?.()).toEqual([expect.stringContaining('standby')])
  } finally {
    await opened.close()
    await database.admin.query(
      `alter function ${schema}.read_feed(bigint, bigint, text) set search_path = ${schema}, pg_temp`,
    )
  }
})
