// Operator keys on a shared backend: what loosens is folded only where a listed key signed it, for this deployment and for
// the state as it is; all else is refused on every instance, recorded and told (law 12).
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createEventAuthority } from '../../src/authority/create-event-authority.ts'
import type { OperatorPrivateKey } from '../../src/authority/operator-key.ts'
import type { GuardOptions } from '../../src/guard/guard-options.ts'
import { openCommands } from '../../src/guard/open-commands.ts'
import type { FeedEvent } from '../../src/state/feed-event.ts'
import { buildPolicy } from '../support/build-policy.ts'
import {
  type KeyPair,
  makeKeys,
  type SharedBackend,
  sharedBackend,
} from '../support/shared-backend.ts'
import { type Native, openShop, platformOf, SECRET, type Shop } from '../support/shop.ts'

const ann = { by: 'ann', why: 'because' }
const first = buildPolicy({ name: 'first' })
const second = buildPolicy({ name: 'second' })

let operator: KeyPair
let mallory: KeyPair
let shared: SharedBackend
let shops: Shop[]

beforeEach(async () => {
  operator = await makeKeys()
  mallory = await makeKeys()
  shared = sharedBackend()
  shops = []
})
afterEach(() => Promise.all(shops.map((shop) => shop.close())))

async function instance(options: Partial<GuardOptions<Native>> = {}): Promise<Shop> {
  const shop = openShop({
    backend: shared.source(),
    operatorKeys: [operator.listed],
    ...options,
  })
  shops.push(shop)
  await shop.guard.ready().catch(() => {})
  return shop
}

/** Written to the server by somebody who may, past every engine. */
async function forge(event: Partial<FeedEvent>): Promise<void> {
  const made = { id: crypto.randomUUID(), at: Date.now(), by: 'ann', why: 'x', ...event }
  await shared.feed.append(made as FeedEvent)
}

async function everythingAppended(): Promise<FeedEvent[]> {
  const stop = new AbortController()
  for await (const { events } of shared.feed.follow(undefined, 10, stop.signal))
    return events.map(({ event }) => event)
  return []
}

/** The instance has folded all that the feed holds: a signal comes after it. */
async function settle(shop: Shop): Promise<void> {
  await shop.guard.signal({ code: 'tick', about: { address: '192.0.2.255' } })
}

async function inForce(shop: Shop): Promise<string | undefined> {
  await settle(shop)
  return (await shop.guard.operator.history()).activations.find((one) => one.inForce)?.name
}

async function changesRecorded(): Promise<unknown[]> {
  const entries = []
  for await (const { entry } of shared.audit.read({}))
    if (entry.type === 'change' && (entry['topic'] !== 'signal' || entry['what'] === 'refused'))
      entries.push(entry)
  return entries
}

describe('activation with an operator key', () => {
  it.each(['ES256', 'EdDSA'] as const)(
    'by %s holds on every instance, and is recorded',
    async (alg) => {
      operator = await makeKeys(alg)
      const [one, other] = [await instance(), await instance()]
      await one.guard.operator.activate(first, { ...ann, key: operator.key })
      expect(await inForce(one)).toBe('first')
      expect(await inForce(other)).toBe('first')
      expect(other.guard.health()).toMatchObject({ ok: true, warnings: [] })
      await one.guard.operator.activate(second, { ...ann, key: operator.key })
      await other.guard.operator.rollback({ ...ann, key: operator.key })
      expect(await inForce(one)).toBe('first')
      await one.close()
      expect(await changesRecorded()).toMatchObject([
        { by: 'ann', change: { kind: 'activate', name: 'first' } },
        { by: 'ann', change: { kind: 'activate', name: 'second' } },
        { by: 'ann', change: { kind: 'rollback' } },
      ])
    },
  )

  it('is needed before the first decision: the policy option alone puts nothing in force', async () => {
    const shop = await instance({ policy: first })
    await expect(shop.guard.ready()).rejects.toThrow(/guard\.operator\.activate/)
    expect(shop.guard.health()).toMatchObject({ ok: false, revision: 'none' })
    expect(await everythingAppended()).toEqual([])
    await shop.guard.operator.activate(first, { ...ann, key: operator.key })
    await shop.guard.ready()
    expect(shop.guard.health().ok).toBe(true)
  })

  it.each([
    { name: 'no key', key: () => undefined, code: 'operator_key_missing' },
    { name: 'a key that nobody lists', key: () => mallory.key, code: 'operator_key_not_listed' },
    {
      name: 'a public key',
      key: () => operator.listed as OperatorPrivateKey,
      code: 'operator_key_unfit',
    },
    { name: 'no key at all', key: () => ({}) as OperatorPrivateKey, code: 'operator_key_unfit' },
  ])('with $name is refused before anything is written', async ({ key, code }) => {
    const { guard } = await instance()
    await expect(guard.operator.activate(first, { ...ann, key: key() })).rejects.toMatchObject({
      code,
    })
    expect(await everythingAppended()).toEqual([])
  })

  it('by two at once lets one through and tells the other', async () => {
    const [one, other] = [await instance(), await instance()]
    const signed = { ...ann, key: operator.key }
    const results = await Promise.allSettled([
      one.guard.operator.activate(first, signed),
      other.guard.operator.activate(second, signed),
    ])
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await inForce(one)).toBe(await inForce(other))
  })
})

describe('tightening needs no key', () => {
  it('suspends, recalls and revokes, and lifting takes one', async () => {
    const { guard } = await instance()
    const signed = { ...ann, key: operator.key }
    const { activation } = await guard.operator.activate(first, signed)
    await guard.operator.suspend('opt-outs', ann)
    await guard.operator.recall(activation, ann)
    await guard.credentialChanged('alice', 'password-changed')
    await expect(guard.operator.resume('opt-outs', ann)).rejects.toMatchObject({
      code: 'operator_key_missing',
    })
    expect(guard.health().suspended).toHaveLength(1)
    await guard.operator.resume('opt-outs', signed)
    expect(guard.health().suspended).toEqual([])
  })
})

describe('what somebody writes into the feed who holds no key', () => {
  const activation = { topic: 'policy', data: { kind: 'activate', policy: second } } as const
  const sign = async (
    event: Partial<FeedEvent>,
    { key }: KeyPair,
    scope = 'shop',
    secret = SECRET,
  ) => {
    const authority = await createEventAuthority({ keys: [], secrets: [secret], scope })
    const whole = { id: crypto.randomUUID(), at: 1, ...ann, replaces: '1:1', ...event }
    return authority.sign(whole as FeedEvent, key)
  }

  const FORGERIES = [
    { name: 'an activation without signature', why: 'unsigned', make: async () => activation },
    {
      name: 'an activation under the name of the engine',
      why: 'unsigned',
      make: async () => ({ ...activation, by: 'countersign' }),
    },
    {
      name: 'an activation signed by a key of their own',
      why: 'unknown_key',
      make: () => sign(activation, mallory),
    },
    {
      name: 'one signed for another deployment',
      why: 'bad_signature',
      make: () => sign(activation, operator, 'staging'),
    },
    {
      name: 'one signed for a deployment of the same name with another secret',
      why: 'bad_signature',
      make: () =>
        sign(activation, operator, 'shop', 'the secret of staging, long enough to be one'),
    },
    {
      name: 'another policy under a signature',
      why: 'bad_signature',
      make: async () => ({
        ...(await sign(activation, operator)),
        data: { kind: 'activate', policy: { ...second, rules: [] } },
      }),
    },
    {
      name: 'another name under a signature',
      why: 'bad_signature',
      make: async () => ({ ...(await sign(activation, operator)), by: 'mallory' }),
    },
    {
      name: 'one signed for what was in force before',
      why: 'out_of_date',
      make: () => sign({ ...activation, replaces: 'none' }, operator),
    },
    {
      name: 'one whose algorithm is none',
      why: 'bad_signature',
      make: async () => {
        const signed = await sign(activation, operator)
        const [header = ''] = signed.signature?.split('.') ?? []
        const fields = JSON.parse(atob(header.replaceAll('-', '+').replaceAll('_', '/')))
        const none = btoa(JSON.stringify({ ...fields, alg: 'none' })).replace(/=+$/, '')
        return { ...signed, signature: `${none}..` }
      },
    },
    {
      name: 'one whose signature is no token',
      why: 'bad_signature',
      make: async () => ({ ...activation, signature: 'signed, ann' }),
    },
    {
      name: 'a rollback',
      why: 'unsigned',
      make: async () => ({ topic: 'policy', data: { kind: 'rollback', to: '1:1', recall: false } }),
    },
    {
      name: 'the end of a suspension',
      why: 'unsigned',
      make: async () => ({ topic: 'switch', data: { kind: 'resume', target: 'opt-outs' } }),
    },
    {
      name: 'a signal taken back',
      why: 'unsigned',
      make: async () => ({
        topic: 'signal',
        data: { code: 'account-disabled', about: { subject: 'alice' }, share: 0, until: 4e12 },
      }),
    },
  ] as const satisfies readonly { name: string; why: string; make: () => Promise<unknown> }[]

  it.each(FORGERIES)(
    '$name has no effect, is recorded and told, and bars no operator',
    async (forgery) => {
      const shop = await instance()
      await shop.guard.operator.activate(first, { ...ann, key: operator.key })
      await shop.guard.operator.suspend('opt-outs', ann)
      const before = await shop.guard.operator.history()
      await forge((await forgery.make()) as Partial<FeedEvent>)
      await settle(shop)
      expect(await shop.guard.operator.history()).toEqual(before)
      expect(shop.logged).toContainEqual({
        level: 'error',
        message: expect.stringContaining('a change of the feed was refused'),
      })
      expect(shop.guard.health().warnings.join()).toContain('1 change of the feed had no effect')
      expect(shop.guard.health().ok).toBe(true)
      // the log of the topic went on, and an operator's next change comes after it
      await shop.guard.operator.activate(second, { ...ann, key: operator.key })
      expect(await inForce(shop)).toBe('second')
      await shop.close()
      expect(await changesRecorded()).toContainEqual(
        expect.objectContaining({ what: 'refused', why: forgery.why }),
      )
    },
  )

  it('a copy of what an operator signed once is refused, however old', async () => {
    const shop = await instance()
    const signed = { ...ann, key: operator.key }
    await shop.guard.operator.activate(first, signed)
    await shop.guard.operator.activate(second, signed)
    await shop.guard.operator.suspend('opt-outs', ann)
    await shop.guard.operator.resume('opt-outs', signed)
    await shop.guard.operator.suspend('opt-outs', ann)
    const events = await everythingAppended()
    // under an id of its own it is no longer what was signed; as it is it is known, until it is forgotten
    for (let forgotten = 0; forgotten < 1100; forgotten++)
      await forge({
        topic: 'signal',
        data: { code: 'tick', about: { address: '192.0.2.1' }, share: 1, until: Date.now() + 1e6 },
      })
    for (const event of events) await shared.feed.append(event)
    expect(await inForce(shop)).toBe('second')
    expect(shop.guard.health().suspended).toHaveLength(1)
    expect(shop.guard.health().warnings.join()).toContain('3 changes of the feed had no effect')
  })

  it('a signal by somebody else never weakens one that holds', async () => {
    const shop = await instance()
    const about = { subject: 'alice' }
    await shop.guard.operator.activate(first, { ...ann, key: operator.key })
    await shop.guard.signal({ code: 'account-disabled', about })
    const until = Date.now() + 1000
    await forge({
      topic: 'signal',
      by: 'app',
      data: { code: 'account-disabled', about, share: 0.1, until },
    })
    const [event] = (await everythingAppended()).filter(({ topic }) => topic === 'signal')
    expect(event?.data).toMatchObject({ share: 1 })
    await settle(shop)
    expect(shop.guard.health().warnings).toEqual([])
  })
})

describe('a key that is retired', () => {
  it('counts for what it signed before, on an instance that starts later too, and for nothing after', async () => {
    const one = await instance()
    const { activation } = await one.guard.operator.activate(first, { ...ann, key: operator.key })
    const next = await makeKeys()
    const operatorKeys = [{ ...operator.listed, until: activation }, next.listed]
    const other = await instance({ operatorKeys })
    expect(await inForce(other)).toBe('first')
    await expect(
      other.guard.operator.activate(second, { ...ann, key: operator.key }),
    ).rejects.toMatchObject({ code: 'operator_key_not_listed' })
    // an instance with the old list still takes it; the others do not
    await one.guard.operator.activate(second, { ...ann, key: operator.key })
    expect(await inForce(other)).toBe('first')
    await other.guard.operator.activate(second, { ...ann, key: next.key })
    expect(await inForce(other)).toBe('second')
  })
})

describe('commands beside the app', () => {
  const open = (key?: OperatorPrivateKey) =>
    openCommands({ backend: shared.source(), secrets: [SECRET], logger: silent, key }, platformOf())
  const silent = { info() {}, warn() {}, error() {} }

  it('put the first policy in force with their own key, and later take the list of the app', async () => {
    const before = await open(operator.key)
    await before.handlers['activate']?.({ ...ann, policy: first })
    await before.close()
    const shop = await instance()
    expect(await inForce(shop)).toBe('first')
    await forge({ topic: 'policy', data: { kind: 'activate', policy: second } })
    const without = await open()
    expect(await without.handlers['history']?.({})).toMatchObject({
      activations: [{ name: 'first', inForce: true }],
    })
    await without.close()
    const foreign = await open(mallory.key)
    await expect(foreign.handlers['activate']?.({ ...ann, policy: second })).rejects.toMatchObject({
      code: 'operator_key_not_listed',
    })
    await foreign.close()
    expect(await inForce(shop)).toBe('first')
  })
})

describe('the options', () => {
  it('lack keys where the backend asks for them', async () => {
    const shop = await instance({ operatorKeys: undefined })
    await expect(shop.guard.ready()).rejects.toMatchObject({ code: 'operator_keys_missing' })
  })

  it('never list a private key, and do not show it', async () => {
    const { key } = operator
    expect(() => openShop({ operatorKeys: [key] })).toThrow(
      /operatorKeys\[0\] must be a public key/,
    )
    try {
      openShop({ operatorKeys: [key] })
    } catch (error) {
      expect(String(error)).not.toContain(key.d)
    }
  })

  it.each([
    { name: 'no list', keys: 'a key', code: 'operator_key_malformed' },
    { name: 'a text', keys: ['a key'], code: 'operator_key_malformed' },
    {
      name: 'an RSA key',
      keys: [{ kty: 'RSA', n: 'x', e: 'AQAB' }],
      code: 'operator_key_malformed',
    },
    { name: 'a secret', keys: [{ kty: 'oct', k: 'AAAA' }], code: 'operator_key_private' },
    {
      name: 'half a key',
      keys: [{ kty: 'EC', crv: 'P-256', x: 'AA' }],
      code: 'operator_key_malformed',
    },
  ])('refuse $name', ({ keys, code }) => {
    expect(() => openShop({ operatorKeys: keys as never })).toThrow(
      expect.objectContaining({ code }),
    )
  })

  it('refuse a name that is another key’s, when the guard opens', async () => {
    const listed = { ...operator.listed, kid: 'another' }
    const shop = await instance({ operatorKeys: [listed] })
    await expect(shop.guard.ready()).rejects.toMatchObject({ code: 'operator_key_malformed' })
  })
})
