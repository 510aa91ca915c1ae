// The edge follows a guard on Node over HTTP, from inside the sandbox that Next uses: what it refuses, and that stale is
// strict there too (law 6).
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Wire, wireTo } from '../chaos/cuttable-wire.ts'
import { BY, type Edge, type Node, STRICTER, startEdge, startNode } from './support/feed-world.ts'

let node: Node
let edge: Edge | undefined

beforeAll(async () => {
  node = await startNode()
})
afterEach(async () => {
  await edge?.close()
  edge = undefined
})
afterAll(async () => await node.stop())

const STEP_UP = [401, 'step_up_required']
const SIGN_IN = [401, 'sign_in_required']

async function until(holds: () => Promise<boolean>): Promise<void> {
  await expect.poll(holds, { timeout: 20_000, interval: 20 }).toBe(true)
}

describe('createEdgeGuard with httpFeed', () => {
  test.each([
    { name: 'no route', path: '/public', user: '', answer: 'goes on' },
    { name: 'the route of the feed', path: '/countersign/feed', user: '', answer: 'goes on' },
    { name: 'nobody', path: '/account', user: '', answer: SIGN_IN },
    { name: 'what passes', path: '/account', user: 'alice', answer: 'goes on' },
    { name: 'what an opt-out might waive', path: '/transfer', user: 'alice', answer: 'goes on' },
    { name: 'what none can', path: '/keys', user: 'alice', answer: STEP_UP },
  ])('$name: $answer', async ({ path, user, answer }) => {
    edge = await startEdge(node.port)
    expect(await edge.ask(path, user)).toEqual(answer)
    expect(await edge.told()).toEqual([])
  })

  test('a signal and an activation reach it without being asked for', async () => {
    edge = await startEdge(node.port)
    const { ask, health } = edge
    await edge.ready()
    await node.guard.signal({ code: 'account-disabled', about: { subject: 'mallory' } })
    await until(async () => (await ask('/account', 'mallory'))[0] === 403)
    expect(await ask('/account', 'alice')).toBe('goes on')

    const before = (await health()).revision
    const { revision } = await node.guard.operator.activate(STRICTER, BY)
    await until(async () => (await health()).revision === revision)
    expect(before).not.toBe(revision)
    expect(await ask('/account')).toEqual(STEP_UP)
    await node.guard.operator.rollback(BY)
    await until(async () => (await ask('/account')) === 'goes on')
  })

  test('across a cut it waits for no opt-out after maxStaleness, and does again once it has caught up', async () => {
    const wire: Wire = await wireTo(node.port)
    try {
      edge = await startEdge(wire.port)
      const { ask, health } = edge
      expect(await ask('/transfer')).toBe('goes on')
      wire.cut()
      const cutAt = performance.now()
      await until(async () => (await health()).stale)
      // 2 s, and what a busy machine adds
      expect(performance.now() - cutAt).toBeGreaterThan(1_000)
      expect(await ask('/transfer')).toEqual(STEP_UP)
      expect(await ask('/account')).toBe('goes on')
      expect(await ask('/keys')).toEqual(STEP_UP)
      await node.guard.operator.suspend('opt-outs', BY)
      wire.heal()
      // suspended meanwhile: fresh again, and nothing to hope for
      await until(async () => !(await health()).stale)
      expect(await ask('/transfer')).toEqual(STEP_UP)
      await node.guard.operator.resume('opt-outs', BY)
      await until(async () => (await ask('/transfer')) === 'goes on')
    } finally {
      await wire.close()
    }
  })
})
