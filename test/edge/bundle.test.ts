// The strict check of what runs on the edge: bundled for a place without Node (an import of node: fails the bundle), and
// run in the sandbox that Next uses (no Buffer, no process, no code from strings).
import { gzipSync } from 'node:zlib'
import { compilePolicy } from '@countersign/policy'
import { EdgeVM } from '@edge-runtime/vm'
import { describe, expect, test } from 'vitest'
import { bundleForEdge } from './support/bundle-for-edge.ts'

const policy = compilePolicy(`
countersign: 1
name: edge
assurance: { levels: [{ acr: aal1, amr: [[pwd]] }, { acr: aal2, amr: [[pwd, otp]] }] }
actions: { account.view: {}, transfer.create: { resource: { amount: { type: integer, minimum: 1 } } } }
routes: [{ method: [GET], path: /account/**, action: account.view }]
threatModels: { calm: { bias: -3, signals: { new-device: 1 }, levels: { MEDIUM: 0.35, HIGH: 0.7 } } }
segments: { everyone: { threatModel: calm } }
optOuts: { small: { kind: allowance, of: resource.amount, each: 30, total: 50, count: 5, riskBelow: HIGH } }
rules:
  - { id: account, actions: [account.view], require: { acr: aal1, maxAge: 12h } }
  - { id: money, actions: [transfer.create], require: { acr: aal2, maxAge: 15m }, optOuts: [small] }
  - { id: hot, actions: ["*"], when: risk.level == "HIGH", require: { acr: aal2, maxAge: 2m } }
`)

/** Runs a bundle that leaves a promise in `globalThis.out`. */
async function runOnEdge(code: string): Promise<unknown> {
  const vm = new EdgeVM()
  vm.evaluate(`globalThis.policy = ${JSON.stringify(policy)}`)
  vm.evaluate(code)
  expect(() => vm.evaluate('new Function("return 1")()')).toThrow(/Code generation from strings/)
  // out of the sandbox as text: its objects have constructors of their own
  return JSON.parse(await vm.evaluate('globalThis.out.then((out) => JSON.stringify(out))'))
}

/** In kB of 1000 bytes. Tells it, so that the log of every run has the sizes. */
function sizeOf(
  name: string,
  code: string,
): { readonly minified: number; readonly gzipped: number } {
  const bytes = Buffer.from(code)
  const minified = bytes.length / 1000
  const gzipped = gzipSync(bytes, { level: 9 }).length / 1000
  console.log(`${name}: ${minified.toFixed(1)} kB minified, ${gzipped.toFixed(1)} kB gzipped`)
  return { minified, gzipped }
}

describe('@countersign/core', () => {
  const entry = `
    import { createGuardCore, memoryBackend } from '@countersign/core'
    const core = createGuardCore(
      {
        identity: ({ user }) => user === '' ? undefined : { subject: user, session: 's', authTime: Date.now(), amr: ['pwd'] },
        policy: globalThis.policy,
        secret: 'a secret of thirty-two characters',
        challengePath: '/step-up',
        backend: memoryBackend(),
        logger: { info() {}, warn() {}, error() {} },
      },
      { compilePolicy: (policy) => policy, defaultPolicy: () => globalThis.policy },
    )
    async function ask(action, resource, user = 'alice') {
      const request = { user }
      const headers = { 'sec-fetch-site': 'same-origin' }
      const reader = {
        method: () => 'POST', target: () => '/', header: (name) => headers[name], peerAddress: () => undefined,
      }
      const checked = await core.check({ request, slot: request, reader }, action, () => resource)
      const { outcome, need, challengeUrl } = checked.decision
      return [outcome, need, typeof challengeUrl]
    }
    globalThis.out = (async () => {
      const decisions = [
        await ask('account.view'),
        await ask('transfer.create', { amount: '30' }),
        await ask('transfer.create', { amount: '30' }),
        await ask('account.view', {}, ''),
      ]
      await core.close()
      return { decisions, node: [typeof process, typeof Buffer] }
    })()`

  test('decides with nothing of Node', async () => {
    expect(await runOnEdge(await bundleForEdge(entry))).toEqual({
      decisions: [
        ['pass', null, 'undefined'],
        ['opt-out', null, 'undefined'],
        ['challenge', 'step-up', 'string'],
        ['challenge', 'sign-in', 'undefined'],
      ],
      node: ['undefined', 'undefined'],
    })
  })

  // the goal is 90 kB, 30 kB gzipped; these ceilings keep what is reached, and come down with it
  test('is at most 252 kB, 87 kB gzipped', async () => {
    const code = await bundleForEdge(
      `import { createGuardCore, memoryBackend } from '@countersign/core'
       globalThis.out = [createGuardCore, memoryBackend]`,
    )
    const { minified, gzipped } = sizeOf('core', code)
    expect(minified).toBeLessThanOrEqual(252)
    expect(gzipped).toBeLessThanOrEqual(87)
  })
})

describe('@countersign/next/edge', () => {
  const entry = `
    import { createEdgeGuard } from '@countersign/next/edge'
    const middleware = createEdgeGuard({
      policy: globalThis.policy,
      identity: ({ cookies }) => cookies.get('user') && { subject: cookies.get('user').value },
      loginPath: '/login',
    })
    async function ask(path, headers) {
      const response = await middleware(new Request('http://shop.example' + path, { headers }))
      return response === undefined ? 'goes on' : [response.status, response.headers.get('location')]
    }
    globalThis.out = (async () => [
      await ask('/account', { cookie: 'user=alice' }),
      await ask('/public', {}),
      await ask('/account', {}),
      await ask('/account', { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }),
      typeof process + typeof Buffer,
    ])()`

  test('looks at identity with nothing of Node or Next', async () => {
    const code = await bundleForEdge(entry)
    const { minified, gzipped } = sizeOf('next/edge', code)
    expect(minified).toBeLessThanOrEqual(60)
    expect(gzipped).toBeLessThanOrEqual(21)
    expect(await runOnEdge(code)).toEqual([
      'goes on',
      'goes on',
      [401, null],
      [303, 'http://shop.example/login'],
      'undefinedundefined',
    ])
  })

  test('with httpFeed it has the evaluator, and no more: at most 195 kB, 68 kB gzipped', async () => {
    const { minified, gzipped } = sizeOf(
      'next/edge, with httpFeed',
      await bundleForEdge(
        `import { createEdgeGuard, httpFeed } from '@countersign/next/edge'
         globalThis.out = [createEdgeGuard, httpFeed]`,
      ),
    )
    expect(minified).toBeLessThanOrEqual(195)
    expect(gzipped).toBeLessThanOrEqual(68)
  })
})

describe('@countersign/hono/edge', () => {
  const entry = `
    import { createGuard, memoryBackend } from '@countersign/hono/edge'
    import { Hono } from 'hono'
    const guard = createGuard({
      policy: globalThis.policy,
      identity: (c) => c.req.header('x-user') && { subject: c.req.header('x-user'), session: 's', authTime: Date.now(), amr: ['pwd'] },
      challengePath: '/step-up',
      backend: memoryBackend(),
      logger: { info() {}, warn() {}, error() {} },
    })
    const app = new Hono()
    app.use(guard())
    app.get('/account', (c) => c.json(guard.decision(c).outcome))
    app.post('/transfer', guard('transfer.create', (c) => c.req.json()), (c) => c.json(guard.decision(c).outcome))
    async function ask(path, init) {
      const reply = await app.fetch(new Request('https://shop.example' + path, init))
      return [reply.status, reply.ok ? await reply.json() : typeof (await reply.json()).challengeUrl]
    }
    const transfer = (amount) => ({
      method: 'POST',
      headers: { 'x-user': 'alice', 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' },
      body: JSON.stringify({ amount }),
    })
    globalThis.out = (async () => {
      const replies = [
        await ask('/account', {}),
        await ask('/account', { headers: { 'x-user': 'alice' } }),
        await ask('/transfer', transfer(30)),
        await ask('/transfer', transfer(30)),
      ]
      await guard.close()
      return [...replies, typeof process + typeof Buffer]
    })()`

  test('guards with nothing of Node', async () => {
    const code = await bundleForEdge(entry)
    sizeOf('hono/edge, with hono', code)
    expect(await runOnEdge(code)).toEqual([
      [401, 'undefined'],
      [200, 'pass'],
      [200, 'opt-out'],
      [401, 'string'],
      'undefinedundefined',
    ])
  })
})
