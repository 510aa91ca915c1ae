// Guarded server actions, called as the client's router calls them.
import { describe, expect, test } from 'vitest'
import { challenged, meet } from '../../packages/testing/src/guard-contract/challenge-contract.ts'
import { ticketOf } from '../../packages/testing/src/guard-contract/expect-reply.ts'
import { type Person, person } from '../../packages/testing/src/guard-contract/person.ts'
import { onNext } from './next-suite.ts'

export function nextActions(folder: string): void {
  describe('server actions of Next', () => {
    const origin = onNext(folder, { proxy: false })

    async function idsOf(someone: Person): Promise<readonly [send: string, leave: string]> {
      const page = await (await someone.navigate('/pages/act')).text()
      const [send, leave] = [...page.matchAll(/\$ACTION_ID_(\w+)/g)].map(([, id]) => id)
      if (send === undefined || leave === undefined) throw new Error(`no actions in ${page}`)
      return [send, leave]
    }

    /** `headers` stand in for what the browser would send. */
    async function call(
      someone: Person,
      id: string,
      args: readonly unknown[],
      headers: Readonly<Record<string, string>> = {},
    ): Promise<Response> {
      return someone.fetchJson('/pages/act', {
        method: 'POST',
        body: JSON.stringify(args),
        headers: {
          'next-action': id,
          'content-type': 'text/plain;charset=UTF-8',
          accept: 'text/x-component',
          origin: origin(),
          ...headers,
        },
      })
    }

    async function send(
      someone: Person,
      amount: unknown,
      headers?: Readonly<Record<string, string>>,
    ): Promise<{ readonly reply: Response; readonly text: string }> {
      const [id] = await idsOf(someone)
      const reply = await call(someone, id, [amount, 'ACME'], headers)
      return { reply, text: await reply.text() }
    }

    async function remembered(): Promise<Person> {
      const alice = person(origin())
      await meet(alice, await challenged(alice), { remember: 'yes' })
      alice.signIn()
      return alice
    }

    test('go on by an opt-out until the allowance is spent', async () => {
      const alice = person(origin())
      for (let time = 0; time < 2; time++)
        expect((await send(alice, 20)).text).toContain('sent 20 to ACME: opt-out')
      const { text } = await send(alice, 20)
      expect(text).not.toContain('sent 20')
      expect(text).toContain('"refused"')
    })

    test('answer a refusal that says what to do, and not why', async () => {
      const alice = person(origin())
      const { reply, text } = await send(alice, 200)
      expect(reply.status).toBe(200)
      const { refused } = resultOf(text)
      expect(refused).toEqual({
        id: expect.stringMatching(/^[\w-]{36}$/),
        at: expect.any(Number),
        action: 'transfer.create',
        proceed: false,
        outcome: 'challenge',
        need: 'step-up',
        requirement: { acr: 'aal2', maxAgeSeconds: 900 },
        challengeUrl: expect.stringMatching(/^\/step-up\?ticket=/),
      })

      const done = await meet(alice, ticketOf(String(refused['challengeUrl'])))
      expect(done.status).toBe(303)
      expect((await send(alice, 200)).text).toContain('sent 200 to ACME: pass')
    })

    test('ask nobody to do more than sign in', async () => {
      const nobody = person(origin())
      nobody.cookies.clear()
      const { refused } = resultOf((await send(nobody, 20)).text)
      expect(refused).toMatchObject({ outcome: 'challenge', need: 'sign-in' })
    })

    test('seal a remembered browser to a new login', async () => {
      const alice = await remembered()
      const { reply, text } = await send(alice, 200)
      expect(text).toContain('sent 200 to ACME: opt-out')
      expectDeviceCookie(reply)
      const again = await send(alice, 200)
      expect(again.text).toContain('sent 200 to ACME: opt-out')
      expect(again.reply.headers.getSetCookie()).toEqual([])
    })

    test('keep that cookie where they end in a redirect', async () => {
      const alice = await remembered()
      const [, leave] = await idsOf(alice)
      const reply = await call(alice, leave, [200, 'ACME'])
      expect(reply.headers.get('x-action-redirect')).toMatch(/^\/public\b/)
      expectDeviceCookie(reply)
    })

    test('and handlers keep it as well', async () => {
      const alice = await remembered()
      const reply = await alice.submit('/leaves', { amount: '200', payee: 'ACME' })
      expect(reply.headers.get('location')).toBe('/public')
      expectDeviceCookie(reply)
    })

    test.each([
      { name: 'another site', headers: { 'sec-fetch-site': 'cross-site' } },
      { name: 'the same site', headers: { 'sec-fetch-site': 'same-site' } },
      { name: 'another origin', headers: { origin: 'https://evil.example' } },
    ])('honour no opt-out for a page of $name', async ({ headers }) => {
      const { text } = await send(person(origin()), 20, headers)
      expect(text).not.toContain('sent 20')
    })

    test.each([
      { name: 'none', amount: undefined },
      { name: 'a text', amount: 'twenty' },
      { name: 'a list', amount: [20] },
      { name: 'a negative one', amount: -20 },
    ])('take no small payment of $name', async ({ amount }) => {
      const { text } = await send(person(origin()), amount)
      expect(resultOf(text).refused).toMatchObject({ need: 'step-up' })
    })

    test('are each decided for the person who called (T23)', async () => {
      const [id] = await idsOf(person(origin()))
      const people = Array.from({ length: 6 }, (_, at) =>
        person(origin(), { delayMs: (6 - at) * 5, acr: at % 2 === 0 ? 'aal2' : 'aal1' }),
      )
      const texts = await Promise.all(
        people.map(async (one) => (await call(one, id, [200, 'ACME'])).text()),
      )
      for (const [at, text] of texts.entries())
        expect(text.includes('sent 200 to ACME: pass')).toBe(at % 2 === 0)
    })
  })
}

/** Written by Next, in its own words, and closed all the same. */
function expectDeviceCookie(reply: Response): void {
  const [line, ...others] = reply.headers.getSetCookie()
  expect(others).toEqual([])
  expect(line).toMatch(/^__Host-device-/)
  const attributes = (line ?? '').split('; ').map((one) => one.toLowerCase())
  expect(attributes).toEqual(
    expect.arrayContaining(['path=/', 'secure', 'httponly', 'samesite=lax']),
  )
}

/** The line of the reply that has the action's result (React's flight format). */
function resultOf(text: string): { readonly refused: Record<string, unknown> } {
  const line = text.split('\n').find((one) => one.includes('"refused"'))
  if (line === undefined) throw new Error(`no refusal in ${text}`)
  return JSON.parse(line.slice(line.indexOf(':') + 1))
}
