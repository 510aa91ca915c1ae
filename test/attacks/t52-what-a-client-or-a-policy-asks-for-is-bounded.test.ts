// T52: more than anybody needs, in headers, cookies, bodies and policies, took a server's time and memory. Each is bounded: too
// much is refused, or counts as nothing, with a clear error where somebody could do something about it; and the shop goes on.
// Readers on their own: packages/core/test/{request,identity}; conditions: packages/policy/test/cel/check-condition.test.ts.
import { compilePolicy, lintPolicy, type PolicyDocument } from '@countersign/policy'
import { beforeAll, describe, expect, test } from 'vitest'
import { login, openBrowser, openWorld, outcomeOf } from '../laws/support/world.ts'
import { type RawRequest, rawRequest } from './support/raw-request.ts'
import { forEachShop } from './support/shops.ts'
import { PASS, SESSION, type Visitor } from './support/visitor.ts'

const JSON_TYPE = [
  ['Content-Type', 'application/json'],
  ['Sec-Fetch-Site', 'same-origin'],
] as const

const FORM_TYPE = [
  ['Content-Type', 'application/x-www-form-urlencoded'],
  ['Sec-Fetch-Site', 'same-origin'],
] as const

const LONG = 'x'.repeat(100_000)
const NOBODY = 401
/** Closed, or refused by whoever reads HTTP, or bodies. */
const TOO_MUCH = [0, 400, 413, 414, 431]

const MUCH: readonly (RawRequest & {
  readonly name: string
  readonly target?: string
  readonly status: readonly number[]
})[] = [
  { name: 'a header of 100 kB', headers: [['X-Long', LONG]], status: TOO_MUCH },
  { name: 'a cookie of 100 kB', headers: [['Cookie', `a=${LONG}`]], status: TOO_MUCH },
  {
    name: 'a thousand cookies',
    headers: [['Cookie', Array.from({ length: 1_000 }, (_, at) => `c${at}=1`).join('; ')]],
    status: [NOBODY],
  },
  {
    name: 'cookies of ours without end',
    headers: [
      [
        'Cookie',
        Array.from({ length: 200 }, (_, at) => `__Host-device-${at}=${'A'.repeat(40)}`).join('; '),
      ],
    ],
    status: [NOBODY],
  },
  {
    name: 'evidence of 8 kB and more',
    headers: [['Cookie', `__Host-evidence=${'A'.repeat(9_000)}`]],
    status: [NOBODY],
  },
  {
    name: 'a target of 15 kB',
    target: `/account${'/a'.repeat(7_000)}`,
    status: [NOBODY, 404, ...TOO_MUCH],
  },
  {
    name: 'a query of 15 kB',
    target: `/account?${'a=1&'.repeat(3_500)}`,
    status: [NOBODY, ...TOO_MUCH],
  },
  {
    name: 'a forwarded chain of 14 kB',
    headers: [['X-Forwarded-For', '10.0.0.1, '.repeat(1_300)]],
    status: [NOBODY],
  },
  {
    name: 'an Accept of 14 kB',
    headers: [['Accept', 'text/html;q=0.9,'.repeat(850)]],
    status: [NOBODY],
  },
  ...[
    { name: 'JSON of 40,000 levels', body: '['.repeat(40_000) + ']'.repeat(40_000) },
    {
      name: 'an object of 5,000 levels',
      body: `${'{"payee":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
    },
    {
      name: 'JSON of 10,000 attributes',
      body: JSON.stringify(
        Object.fromEntries(Array.from({ length: 8_000 }, (_, at) => [`a${at}`, 1])),
      ),
    },
    { name: 'a number of 90,000 digits', body: `{"amount":${'9'.repeat(90_000)}}` },
    { name: 'a payee of 90 kB', body: JSON.stringify({ amount: 20, payee: 'x'.repeat(90_000) }) },
  ].map(({ name, body }) => ({
    ...{ name, body, method: 'POST', target: '/transfer', headers: JSON_TYPE },
    status: [NOBODY, ...TOO_MUCH],
  })),
  {
    ...{ name: 'a ticket of 90 kB', method: 'POST', target: '/step-up', headers: FORM_TYPE },
    body: `ticket=${'A'.repeat(90_000)}&code=1`,
    status: TOO_MUCH,
  },
  {
    ...{ name: 'a form of 5,000 fields', method: 'POST', target: '/transfer', headers: FORM_TYPE },
    body: 'amount=20&'.repeat(5_000),
    status: [NOBODY, ...TOO_MUCH],
  },
]

forEachShop((shop) => {
  let alice: Visitor
  beforeAll(async () => {
    alice = shop.visitor()
    await alice.signIn('alice')
  })

  test.each(MUCH)(
    'T52: $name is too much, or nothing',
    async ({ target = '/account', status, ...sent }) => {
      const nobody = await rawRequest(shop.origin(), target, sent)
      expect(status, String(nobody.status)).toContain(nobody.status)
      // of somebody who is signed in it is no failure either
      const session = ['Cookie', `${SESSION}=${alice.cookies.get(SESSION)}`] as const
      const own = sent.headers?.some(([name]) => name === 'Cookie') ? [] : [session]
      const somebody = await rawRequest(shop.origin(), target, {
        ...sent,
        headers: [...own, ...(sent.headers ?? [])],
      })
      expect(somebody.status, somebody.text.slice(0, 300)).not.toBe(500)
    },
  )

  test('T52: after all of it the shop goes on', async () => {
    expect(await alice.viewAccount()).toEqual(PASS)
    expect((await alice.fetchJson('/healthz')).status).toBe(200)
  })
})

describe('T52: a policy', () => {
  const rules = Array.from({ length: 10_000 }, (_, at) => ({
    id: `rule-${at}`,
    actions: [at % 2 === 0 ? 'view' : `action.n${at % 100}`],
    when: `subject.id == "nobody-${at}" || subject.id.startsWith("robot-${at}")`,
    require: { acr: 'aal2' },
  }))
  const large = {
    countersign: 1,
    name: 'large',
    assurance: {
      levels: [
        { acr: 'aal1', amr: [['pwd']] },
        { acr: 'aal2', amr: [['pwd', 'otp']] },
      ],
    },
    actions: {
      view: {},
      ...Object.fromEntries(rules.slice(0, 100).map((_, at) => [`action.n${at}`, {}])),
    },
    rules: [{ id: 'all', actions: ['*'], require: { acr: 'aal1' } }, ...rules],
  } as unknown as PolicyDocument

  test('of 10,000 rules is compiled, activated, and decides by all of them', async () => {
    const world = await openWorld({ guard: { policy: compilePolicy(large) } })
    const ask = async (subject: string) =>
      outcomeOf(await openBrowser(world, login(subject, subject, world.clock.now())).check('view'))
    expect(await ask('alice')).toBe('pass')
    expect(await ask('nobody-9998')).toBe('challenge')
    expect(await ask('robot-9998-7')).toBe('challenge')
    await world.close()
  }, 60_000)

  const small = (when: string) =>
    ({ ...large, rules: [{ id: 'all', actions: ['*'], when, require: {} }] }) as PolicyDocument

  test.each([
    {
      name: 'two million characters',
      policy: `countersign: 1\nname: ${'x'.repeat(2_000_001)}`,
      code: 'text_too_long',
    },
    {
      name: 'a hundred levels',
      policy: `countersign: 1\nactions: ${'['.repeat(100)}${']'.repeat(100)}`,
      code: 'nested_too_deep',
    },
    { name: 'a million levels', policy: `a: ${'['.repeat(1_000_000)}`, code: 'nested_too_deep' },
    {
      name: 'a condition without end',
      policy: small(Array(2_000).fill('true').join(' && ')),
      code: 'malformed',
    },
    {
      name: 'a condition of a thousand parentheses',
      policy: small(`${'('.repeat(1_000)}true${')'.repeat(1_000)}`),
      code: 'condition',
    },
    {
      name: 'a pattern that repeats repeats',
      policy: small('subject.id.matches("((a{0,100}){0,100}){0,100}$")'),
      code: 'condition',
    },
    {
      name: 'loops in loops',
      policy: small('[1,2].all(a, [1,2].all(b, [1,2].all(c, a == b && b == c)))'),
      code: 'condition',
    },
  ])('of $name is refused in words', ({ policy, code }) => {
    const found = lintPolicy(policy).filter(({ severity }) => severity === 'error')
    expect(found.map((one) => one.code)).toContain(code)
    for (const { message } of found) expect(message.length).toBeLessThan(400)
  })
})
