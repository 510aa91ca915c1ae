// Law 6: who is staler than maxStaleness honours no opt-out, and of the evidence only what was given at or after the
// last confirmed moment. Rules, denials and signals stand as last heard.
import type { AuditLog, Detector, Feed, FeedBatch, Store } from '@countersign/core'
import { nextPosition, readPosition } from '@countersign/core'
import { type FakeClock, fakeClock } from '@countersign/testing'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { backendNames, type Tampering } from './support/backends.ts'
import { checkLaw, createTally } from './support/check-law.ts'
import { shopPolicy } from './support/shop-policy.ts'
import {
  type Browser,
  login,
  openBrowser,
  openWorld,
  outcomeOf,
  rememberedBrowser,
  signInAgain,
  type World,
} from './support/world.ts'

let world: World | undefined
afterEach(async () => {
  await world?.close()
  world = undefined
})

const MAX_STALENESS_MS = 10_000
const BY = { by: 'law', why: 'to see' }

/** A feed that can fall silent, and bring batches that are not in order. */
interface Switch {
  silent: boolean
  next: ((batch: FeedBatch) => FeedBatch) | undefined
}

function switched(to: Switch): Tampering {
  return {
    feed: (feed): Feed => ({
      append: (event, expect) => feed.append(event, expect),
      saveSnapshot: (at, state) => feed.saveSnapshot(at, state),
      close: () => feed.close(),
      async *follow(from, heartbeatMs, stop) {
        for await (const batch of feed.follow(from, heartbeatMs, stop)) {
          while (to.silent && !stop.aborted) await tick()
          const change = to.next
          to.next = undefined
          yield change?.(batch) ?? batch
        }
      },
    }),
  }
}

describe.each(backendNames)('Stale is strict, on %s', (backend) => {
  test('whatever the clocks do while the feed is silent: no opt-out from maxStaleness on, the device back once caught up', async () => {
    const seen = createTally<string>()
    await checkLaw(
      fc.array(
        fc.oneof(
          fc.record({
            is: fc.constant('advance' as const),
            ms: fc.constantFrom(1, 4_000, 6_000, 10_000, 40_000),
          }),
          fc.record({
            is: fc.constant('jump' as const),
            ms: fc.constantFrom(-3_600_000, -31_000, -29_000, 5_000, 29_000, 31_000),
          }),
          fc.record({ is: fc.constant('heartbeat' as const), ms: fc.constant(0) }),
        ),
        { minLength: 1, maxLength: 6 },
      ),
      async (steps) => {
        const feed: Switch = { silent: false, next: undefined }
        const here = await openWorld({ backend, tampering: switched(feed) })
        world = here
        const browser = await rememberedBrowser(here)
        // bound to this session, so that only freshness is asked for below
        signInAgain(here, browser)
        await browser.check('admin.tool')
        let due = { monotonic: 0, wall: 0, skewed: false }
        feed.silent = true
        for (const { is, ms } of steps) {
          if (is === 'heartbeat') {
            feed.silent = false
            await caughtUp(here)
            feed.silent = true
            await settled()
            due = { monotonic: 0, wall: 0, skewed: false }
          } else if (is === 'advance') {
            here.clock.advance(ms)
            due = { ...due, monotonic: due.monotonic + ms, wall: due.wall + ms }
          } else {
            here.clock.jump(ms)
            due = { ...due, wall: due.wall + ms }
          }
          due.skewed ||= Math.abs(due.wall - due.monotonic) > 30_000
          const stale = due.skewed || Math.max(due.wall, due.monotonic) > MAX_STALENESS_MS
          const checked = await browser.check('calm')
          seen.add(stale ? 'stale' : 'fresh')
          // an age of the login that a jump makes too old, or lays into the future, is a challenge by itself
          if (stale) expect(outcomeOf(checked)).toBe('challenge')
          else expect(['opt-out', 'challenge']).toContain(outcomeOf(checked))
          if (!stale && Math.abs(here.clock.now() - Number(browser.identity?.authTime)) < 28_000)
            expect(outcomeOf(checked)).toBe('opt-out')
        }
        await here.close()
        world = undefined
      },
      backend === 'memory' ? 20 : 8,
    )
    expect(seen.of('stale')).toBeGreaterThan(5)
    expect(seen.of('fresh')).toBeGreaterThan(5)
  })

  test('a position or a generation that goes back, a gap, a stranger: stale, until it is read in order again', async () => {
    const back = (batch: FeedBatch): FeedBatch => ({ ...batch, position: '1:0', events: [] })
    const generation = (batch: FeedBatch): FeedBatch => ({ ...batch, position: '0:9', events: [] })
    const gap = (batch: FeedBatch): FeedBatch => ({
      ...batch,
      position: nextPosition(nextPosition(batch.position)),
    })
    const newer = (batch: FeedBatch): FeedBatch => ({
      ...batch,
      position: `${readPosition(batch.position)[0] + 1}:0`,
      events: [],
    })
    const garbage = (batch: FeedBatch): FeedBatch => ({ ...batch, position: 'x' as never })
    const unknown = (batch: FeedBatch): FeedBatch => {
      const position = nextPosition(batch.position)
      return { ...batch, position, events: [{ position, event: { topic: 'new' } as never }] }
    }
    for (const [name, change] of Object.entries({
      back,
      generation,
      gap,
      newer,
      garbage,
      unknown,
    })) {
      const feed: Switch = { silent: false, next: undefined }
      const here = await openWorld({ backend, tampering: switched(feed) })
      world = here
      const browser = await rememberedBrowser(here)
      signInAgain(here, browser)
      expect(outcomeOf(await browser.check('admin.tool')), name).toBe('opt-out')
      feed.next = (batch) => {
        feed.silent = true
        return change(batch)
      }
      while (!here.guard.health().stale) await tick()
      expect(outcomeOf(await browser.check('admin.tool')), name).toBe('challenge')
      feed.silent = false
      await caughtUp(here)
      expect(outcomeOf(await browser.check('admin.tool')), name).toBe('opt-out')
      await here.close()
      world = undefined
    }
  })

  test('a revocation or a rollback that is not heard holds within the bound all the same', async () => {
    const feed: Switch = { silent: false, next: undefined }
    const here = await openWorld({ backend, tampering: switched(feed) })
    world = here
    const browser = await rememberedBrowser(here)
    signInAgain(here, browser)
    await browser.check('admin.tool')
    feed.silent = true
    await settled()
    const [device] = await here.guard.devices.list('alice')
    // another instance takes it back; here nothing is heard of it
    await here.backend.parts().feed.append({
      topic: 'revocation',
      id: crypto.randomUUID(),
      at: here.clock.now(),
      ...BY,
      data: { kind: 'device', subject: 'alice', device: device?.id ?? '' },
    })
    expect(outcomeOf(await browser.check('admin.tool'))).toBe('opt-out')
    here.clock.advance(MAX_STALENESS_MS + 1)
    expect(outcomeOf(await browser.check('admin.tool'))).toBe('challenge')
    feed.silent = false
    await caughtUp(here)
    expect(outcomeOf(await browser.check('admin.tool'))).toBe('challenge')
  })

  test('while stale, denials and signals stand, and evidence counts from the last confirmed moment on', async () => {
    const feed: Switch = { silent: false, next: undefined }
    const here = await openWorld({ backend, tampering: switched(feed) })
    world = here
    await here.guard.signal({ code: 'closed', about: { subject: 'bob' } })
    const before = await stepped(here, 'alice')
    const mixed = await stepped(here, 'carol', 'hwk')
    here.clock.advance(1_000)
    await settled()
    feed.silent = true
    await settled()
    here.clock.advance(2_000)
    // added to while still fresh: what was given before the last confirmed moment is no younger for that
    await stepUpAgain(here, mixed, 'otp')
    here.clock.advance(MAX_STALENESS_MS)
    expect(here.guard.health().stale).toBe(true)
    const bob = openBrowser(here, login('bob', 'b', here.clock.now()))
    expect(outcomeOf(await bob.check('view'))).toBe('deny')
    expect(outcomeOf(await before.check('admin.tool'))).toBe('challenge')
    expect(outcomeOf(await mixed.check('view'))).toBe('pass')
    // who is challenged now can go on
    await before.stepUp(await before.check('admin.tool'))
    expect(outcomeOf(await before.check('admin.tool'))).toBe('pass')
    expect([...before.cookies.keys()].some((name) => name.startsWith('__Host-device-'))).toBe(false)
    feed.silent = false
    await caughtUp(here)
    expect(outcomeOf(await before.check('admin.tool'))).toBe('pass')
  })

  test('evidence of before the last confirmed moment is not carried over by adding to it', async () => {
    const feed: Switch = { silent: false, next: undefined }
    const policy = {
      ...shopPolicy,
      actions: { ...shopPolicy.actions, keyed: {} },
      rules: [
        ...shopPolicy.rules,
        { id: 'keyed', actions: ['keyed'], require: { amr: ['hwk'], maxAge: '1h' } },
      ],
    }
    const here = await openWorld({ backend, tampering: switched(feed), guard: { policy } })
    world = here
    const browser = await stepped(here, 'alice', 'hwk')
    expect(outcomeOf(await browser.check('keyed'))).toBe('pass')
    here.clock.advance(60_000)
    await caughtUp(here)
    feed.silent = true
    await settled()
    here.clock.advance(1_000)
    await stepUpAgain(here, browser, 'otp')
    expect(outcomeOf(await browser.check('keyed'))).toBe('pass')
    here.clock.advance(MAX_STALENESS_MS)
    expect(outcomeOf(await browser.check('keyed'))).toBe('challenge')
  })
})

describe('Freshness is checked again after every wait', () => {
  test('a record, an allowance and a device that take longer than maxStaleness are no opt-out', async () => {
    const clock = fakeClock()
    const slow = { record: false, spend: false, bind: false }
    const feed: Switch = { silent: false, next: undefined }
    const here = await openWorld({
      clock,
      tampering: {
        ...switched(feed),
        audit: slowAudit(clock, slow),
        store: slowStore(clock, slow),
      },
    })
    world = here
    for (const part of ['record', 'spend', 'bind'] as const) {
      feed.silent = false
      await caughtUp(here)
      const browser = await rememberedBrowser(here, `by ${part}`)
      signInAgain(here, browser)
      if (part !== 'bind') await browser.check('admin.tool')
      if (part === 'spend') browser.cookies.clear()
      await here.log()
      feed.silent = true
      await settled()
      slow[part] = true
      const checked = await browser.check('buy', { resource: { amount: 5 } })
      expect(outcomeOf(checked), part).toBe('challenge')
      if (checked.is === 'refuse')
        expect(
          checked.decision.reasons.map(({ code }) => code),
          part,
        ).toContain('feed_stale')
    }
  })

  test('evidence does not outlive a wait in which this instance became stale', async () => {
    const clock = fakeClock()
    const feed: Switch = { silent: false, next: undefined }
    let waitMs = 0
    const remote: Detector = {
      code: 'malware',
      judge: async () => {
        clock.advance(waitMs)
        return { is: 'absent' }
      },
    }
    const here = await openWorld({
      clock,
      tampering: switched(feed),
      guard: { detectors: [remote] },
    })
    world = here
    for (const [ms, due] of [
      [0, 'pass'],
      [MAX_STALENESS_MS + 1, 'challenge'],
    ] as const) {
      feed.silent = false
      await caughtUp(here)
      waitMs = 0
      // a remote detector is asked once a session: the challenge renews it, so that it is asked again
      const browser = openBrowser(here, login('alice', `before ${ms}`, clock.now()))
      const proof = { factors: [{ method: 'otp' }], newSession: `after ${ms}` }
      await browser.stepUp(await browser.check('admin.tool'), proof)
      browser.identity = login('alice', `after ${ms}`, clock.now())
      clock.advance(1_000)
      await caughtUp(here)
      feed.silent = true
      await settled()
      waitMs = ms
      expect(outcomeOf(await browser.check('admin.tool')), `a wait of ${ms} ms`).toBe(due)
    }
  })
})

async function stepped(world: World, subject: string, method = 'otp'): Promise<Browser> {
  const browser = openBrowser(world, login(subject, `${subject}-1`, world.clock.now()))
  await stepUpAgain(world, browser, method)
  return browser
}

/** A challenge is asked for with a second login of the browser's, so that one is needed. */
async function stepUpAgain(world: World, browser: Browser, method: string): Promise<void> {
  const evidence = browser.cookies.get('__Host-evidence')
  browser.cookies.delete('__Host-evidence')
  const challenged = await browser.check('admin.tool')
  if (evidence !== undefined) browser.cookies.set('__Host-evidence', evidence)
  const reply = await browser.stepUp(challenged, { factors: [{ method, at: world.clock.now() }] })
  expect(reply?.status).toBe(303)
}

function slowAudit(clock: FakeClock, slow: { record: boolean }): (audit: AuditLog) => AuditLog {
  return (audit) => ({
    async append(chain, batch) {
      await audit.append(chain, batch)
      if (slow.record) clock.advance(MAX_STALENESS_MS + 1)
      slow.record = false
    },
    head: (chain) => audit.head(chain),
    read: (query) => audit.read(query),
    close: () => audit.close(),
  })
}

function slowStore(
  clock: FakeClock,
  slow: { spend: boolean; bind: boolean },
): (store: Store) => Store {
  return (store) => ({
    read: (key) => store.read(key),
    async write(...args) {
      const written = await store.write(...args)
      if (slow.bind && args[0][0] === 'device') {
        clock.advance(MAX_STALENESS_MS + 1)
        slow.bind = false
      }
      return written
    },
    async addIfBelow(...args) {
      const added = await store.addIfBelow(...args)
      if (slow.spend) clock.advance(MAX_STALENESS_MS + 1)
      slow.spend = false
      return added
    },
    list: (...args) => store.list(...args),
    close: () => store.close(),
  })
}

function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2))
}

/** Longer than a heartbeat of the laws' backends. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 30))
}

async function caughtUp({ guard }: World): Promise<void> {
  do await settled()
  while (guard.health().stale)
}
