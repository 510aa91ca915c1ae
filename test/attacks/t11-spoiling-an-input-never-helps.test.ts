// T11: a token that could not be read, or a part of the request that was missing, turned a refusal into a pass (Clerk
// GHSA-w24r-5266-9c3c). Law 1 holds it for generated facts; this for the bytes that a client sends.
import { expect, test } from 'vitest'
import { shopPolicy } from './support/shop-policy.ts'
import { forEachShop } from './support/shops.ts'
import { EVIDENCE, SESSION, type Visitor } from './support/visitor.ts'

const SPOILT: readonly { readonly name: string; spoil(value: string): string | undefined }[] = [
  { name: 'taken away', spoil: () => undefined },
  { name: 'empty', spoil: () => '' },
  { name: 'cut', spoil: (value) => value.slice(0, -3) },
  { name: 'prolonged', spoil: (value) => `${value}x` },
  { name: 'quoted', spoil: (value) => `"${value}"` },
  { name: 'twice', spoil: (value) => `${value}, ${value}` },
]

const HEADERS = [
  'origin',
  'sec-fetch-site',
  'sec-fetch-mode',
  'sec-fetch-dest',
  'accept',
  'content-type',
]

const BODIES = [
  undefined,
  '',
  '{}',
  'null',
  '[]',
  '20',
  '{"amount":200}',
  '{"amount":"20 ","payee":"ACME"}',
  '{"amount":20.5,"payee":"ACME"}',
  '{"amount":-20,"payee":"ACME"}',
  '{"amount":0,"payee":"ACME"}',
  '{"amount":1e999,"payee":"ACME"}',
  '{"amount":true,"payee":"ACME"}',
  '{"amount":[1],"payee":"ACME"}',
  '{"amount":{"$gt":1},"payee":"ACME"}',
  '{"amount":"0x14","payee":"ACME"}',
  '{"amount":"2e1","payee":"ACME"}',
  '{"amount":9007199254740993,"payee":"ACME"}',
  '{"__proto__":{"amount":1},"payee":"ACME"}',
]

forEachShop((shop) => {
  /** Sends what is challenged, with one part spoilt at a time. */
  async function spoilEach(browser: Visitor): Promise<readonly string[]> {
    const passed: string[] = []
    const body = JSON.stringify({ amount: 200, payee: 'ACME' })
    const own = {
      'content-type': 'application/json',
      origin: shop.origin(),
      'sec-fetch-site': 'same-origin',
      'sec-fetch-mode': 'cors',
      'sec-fetch-dest': 'empty',
      accept: 'application/json',
    }
    const cookies = [...browser.cookies]
    const send = async (name: string, headers: Record<string, string | undefined>) => {
      const jar = shop.visitor()
      const cookie = cookies.map(([key, value]) => `${key}=${value}`).join('; ')
      const reply = await jar.send('/transfer', {
        method: 'POST',
        body,
        headers: { cookie, ...own, ...headers },
      })
      if (reply.status < 300) passed.push(name)
      expect([200, 303, 400, 401, 403, 415, 503], name).toContain(reply.status)
    }
    await send('as it is', {})
    for (const { name, spoil } of SPOILT.slice(0, 4))
      for (const [spoiltCookie] of cookies) {
        const pairs = cookies.flatMap(([key, value]) => {
          const held = key === spoiltCookie ? spoil(value) : value
          return held === undefined ? [] : [`${key}=${held}`]
        })
        await send(`${spoiltCookie} ${name}`, { cookie: pairs.join('; ') })
      }
    for (const { name, spoil } of SPOILT)
      for (const header of HEADERS)
        await send(`${header} ${name}`, { [header]: spoil(own[header as keyof typeof own]) })
    return passed
  }

  test('T11: with one cookie or header spoilt, what was challenged is still refused', async () => {
    const alice = shop.visitor()
    await alice.beRemembered('alice')
    await shop.operate('suspend', { target: 'opt-outs' })
    expect(await spoilEach(alice)).toEqual([])
  })

  test('T11: with one cookie or header spoilt, what is denied is still refused', async () => {
    await shop.operate('activate', {
      policy: shopPolicy(({ rules }) => {
        rules.push({
          id: 'none',
          actions: ['transfer.create'],
          when: 'subject.id == "bob"',
          deny: true,
        })
      }),
    })
    const bob = shop.visitor()
    await bob.stepUp('bob')
    expect(bob.cookies.has(EVIDENCE) && bob.cookies.has(SESSION)).toBe(true)
    expect(await spoilEach(bob)).toEqual([])
  })

  test('T11: a body that says nothing, or nothing that can be, is no small payment', async () => {
    await shop.operate('activate', { policy: shopPolicy() })
    await shop.operate('resume', { target: 'opt-outs' })
    const carol = shop.visitor()
    await carol.signIn('carol')
    expect((await carol.transfer(20)).status).toBe(200)
    for (const body of BODIES) {
      const headers = { 'content-type': 'application/json', origin: shop.origin() }
      const reply = await carol.fetchJson('/transfer', { method: 'POST', body, headers })
      expect([400, 401, 503], String(body)).toContain(reply.status)
      // 400 is the handler's: it must not have been reached
      if (reply.status === 400) expect(await reply.text(), String(body)).not.toContain('decision')
    }
    // the allowance is as it was: four of five are left
    for (let count = 0; count < 4; count++) expect((await carol.transfer(20)).status).toBe(200)
    expect((await carol.transfer(20)).status).toBe(401)
  })
})
