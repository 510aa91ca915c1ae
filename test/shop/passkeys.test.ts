import { describe, expect, test } from 'vitest'
import { createPasskeys, type Passkeys } from '../../examples/shop/src/passkeys.ts'
import { openShopFiles } from '../../examples/shop/src/shop-files.ts'
import {
  type Signing,
  type SoftwareAuthenticator,
  softwareAuthenticator,
} from '../support/software-authenticator.ts'
import { temporaryDirectory } from './temporary-files.ts'

const origin = 'http://localhost:3000'
const START = Date.UTC(2026, 10, 24, 12)
const HWK = [{ method: 'hwk' }, { method: 'user' }]
const use = (user: string, boundTo: string) => ({ user, boundTo, origin })

function setUp(directory = temporaryDirectory()) {
  const clock = { at: START }
  const open = () => createPasskeys(openShopFiles(directory), () => clock.at)
  return { passkeys: open(), restart: open, later: (ms: number) => (clock.at += ms) }
}

async function added(
  passkeys: Passkeys,
  user = 'alice',
  key = softwareAuthenticator(),
): Promise<SoftwareAuthenticator> {
  const offer = await passkeys.offer(use(user, 'session'))
  expect(await passkeys.add(use(user, 'session'), key.create(offer, { origin }))).toBe(true)
  return key
}

async function asked(passkeys: Passkeys, user = 'alice', ticket = 'ticket') {
  const options = await passkeys.ask(use(user, ticket))
  if (options === undefined) throw new Error(`${user} has no passkey`)
  return options
}

describe('a passkey', () => {
  test('is asked for only where there is one, and proves possession and the person', async () => {
    const { passkeys } = setUp()
    expect(await passkeys.ask(use('alice', 'ticket'))).toBeUndefined()
    const key = await added(passkeys)
    const options = await asked(passkeys)
    expect(options).toMatchObject({ rpId: 'localhost', userVerification: 'required' })
    expect(options.allowCredentials?.map(({ id }) => id)).toEqual([key.id])
    const answer = key.get(options, { origin })
    expect(await passkeys.verify(use('alice', 'ticket'), answer)).toEqual(HWK)
  })

  test('that is synced is no hardware', async () => {
    const { passkeys } = setUp()
    const key = await added(passkeys, 'alice', softwareAuthenticator({ synced: true }))
    for (const _ of [1, 2]) {
      const answer = key.get(await asked(passkeys), { origin })
      expect(await passkeys.verify(use('alice', 'ticket'), JSON.parse(answer))).toEqual([
        { method: 'swk' },
        { method: 'user' },
      ])
    }
  })

  test('is kept over a restart, with its counter', async () => {
    const { passkeys, restart } = setUp()
    const key = await added(passkeys)
    const first = key.get(await asked(passkeys), { origin, counter: 7 })
    expect(await passkeys.verify(use('alice', 'ticket'), first)).toEqual(HWK)
    const again = restart()
    expect(again.list('alice')).toEqual([{ id: key.id, addedAt: START }])
    const copy = key.get(await asked(again), { origin, counter: 7 })
    expect(await again.verify(use('alice', 'ticket'), copy)).toEqual([])
    const next = key.get(await asked(again), { origin, counter: 8 })
    expect(await again.verify(use('alice', 'ticket'), next)).toEqual(HWK)
  })

  test('is good for nothing once it is removed', async () => {
    const { passkeys } = setUp()
    const key = await added(passkeys)
    const options = await asked(passkeys)
    expect(passkeys.remove('bob', key.id)).toBe(false)
    expect(passkeys.remove('alice', key.id)).toBe(true)
    expect(passkeys.remove('alice', key.id)).toBe(false)
    expect(await passkeys.verify(use('alice', 'ticket'), key.get(options, { origin }))).toEqual([])
  })

  test('of two answers of a key and its copy side by side, one counts', async () => {
    const { passkeys } = setUp()
    const key = await added(passkeys)
    const answers = [await asked(passkeys), await asked(passkeys)].map((options) =>
      key.get(options, { origin, counter: 5 }),
    )
    const proved = await Promise.all(
      answers.map((answer) => passkeys.verify(use('alice', 'ticket'), answer)),
    )
    expect(proved.filter((factors) => factors.length > 0)).toEqual([HWK])
  })
})

describe('what was signed', () => {
  /** Alice's key has counted to 10. */
  async function setUpCounted() {
    const { passkeys } = setUp()
    const key = await added(passkeys)
    const first = key.get(await asked(passkeys), { origin, counter: 10 })
    expect(await passkeys.verify(use('alice', 'ticket'), first)).toEqual(HWK)
    return { passkeys, key }
  }

  test.each<{ name: string; signing: Partial<Signing> }>([
    { name: 'on another origin', signing: { origin: 'http://localhost:3001', rpId: 'localhost' } },
    { name: 'on a look-alike', signing: { origin: 'https://localhost.evil.example' } },
    { name: 'for another relying party', signing: { rpId: 'evil.example' } },
    { name: 'without verifying the person', signing: { verified: false } },
    { name: 'with a counter that stands still', signing: { counter: 10 } },
    { name: 'with a counter that goes back', signing: { counter: 9 } },
    { name: 'with a counter that was lost', signing: { counter: 0 } },
    { name: 'over a challenge of its own', signing: { challenge: 'bWluZQ' } },
    { name: 'with the handle of somebody else', signing: { userHandle: 'Ym9i' } },
  ])('$name proves nothing', async ({ signing }) => {
    const { passkeys, key } = await setUpCounted()
    const answer = key.get(await asked(passkeys), { origin, counter: 11, ...signing })
    expect(await passkeys.verify(use('alice', 'ticket'), answer)).toEqual([])
    // and without the lie it would
    const honest = key.get(await asked(passkeys), { origin, counter: 11 })
    expect(await passkeys.verify(use('alice', 'ticket'), honest)).toEqual(HWK)
  })

  test('proves something once', async () => {
    const { passkeys } = setUp()
    // of one that does not count: the challenge alone tells
    const key = await added(passkeys, 'alice', softwareAuthenticator({ synced: true }))
    const answer = key.get(await asked(passkeys), { origin })
    expect(await passkeys.verify(use('alice', 'ticket'), answer)).toHaveLength(2)
    expect(await passkeys.verify(use('alice', 'ticket'), answer)).toEqual([])
  })

  test('uses its challenge up, even where it is wrong', async () => {
    const { passkeys, key } = await setUpCounted()
    const options = await asked(passkeys)
    const wrong = key.get(options, { origin, verified: false, counter: 200 })
    expect(await passkeys.verify(use('alice', 'ticket'), wrong)).toEqual([])
    const right = key.get(options, { origin, counter: 201 })
    expect(await passkeys.verify(use('alice', 'ticket'), right)).toEqual([])
  })

  test('is for its own ticket', async () => {
    const { passkeys, key } = await setUpCounted()
    const answer = key.get(await asked(passkeys), { origin })
    expect(await passkeys.verify(use('alice', 'another'), answer)).toEqual([])
  })

  test.each(['alice', 'bob'])(
    'by the key of bob proves nothing of alice, asked as %s',
    async (user) => {
      const { passkeys } = await setUpCounted()
      const bobs = await added(passkeys, 'bob')
      const options = await asked(passkeys, user)
      const answer = bobs.get(options, { origin, userHandle: undefined })
      expect(await passkeys.verify(use('alice', 'ticket'), answer)).toEqual([])
    },
  )

  test('is too late after five minutes', async () => {
    const { passkeys, later } = setUp()
    const own = await added(passkeys)
    const answer = own.get(await asked(passkeys), { origin })
    later(5 * 60_000)
    expect(await passkeys.verify(use('alice', 'ticket'), answer)).toEqual([])
    const inTime = own.get(await asked(passkeys), { origin })
    later(5 * 60_000 - 1)
    expect(await passkeys.verify(use('alice', 'ticket'), inTime)).toEqual(HWK)
  })

  test.each([
    undefined,
    null,
    7,
    '',
    '{',
    'null',
    '[]',
    '{}',
    { id: 'x' },
    { id: 'x', response: 1 },
  ])('is not %j', async (answer) => {
    const { passkeys } = await setUpCounted()
    expect(await passkeys.verify(use('alice', 'ticket'), answer)).toEqual([])
    expect(await passkeys.add(use('alice', 'session'), answer)).toBe(false)
  })
})

describe('a new passkey', () => {
  test('is offered without the name of its owner in the handle, and always the same one', async () => {
    const { passkeys } = setUp()
    const { user, authenticatorSelection } = await passkeys.offer(use('alice', 'session'))
    expect(Buffer.from(user.id, 'base64url')).toHaveLength(32)
    expect((await passkeys.offer(use('alice', 'session'))).user.id).toBe(user.id)
    expect((await passkeys.offer(use('bob', 'session'))).user.id).not.toBe(user.id)
    expect(authenticatorSelection?.userVerification).toBe('required')
  })

  test.each<{ name: string; signing?: Partial<Signing>; as?: string; session?: string }>([
    {
      name: 'made on another origin',
      signing: { origin: 'http://localhost:1', rpId: 'localhost' },
    },
    { name: 'made for another relying party', signing: { rpId: 'evil.example' } },
    { name: 'made without verifying the person', signing: { verified: false } },
    { name: 'made over another challenge', signing: { challenge: 'bWluZQ' } },
    { name: 'that was offered to somebody else', as: 'bob' },
    { name: 'that was offered to another session', session: 'another' },
  ])('$name is not added', async ({ signing, as = 'alice', session = 'session' }) => {
    const { passkeys } = setUp()
    const answer = softwareAuthenticator().create(await passkeys.offer(use('alice', 'session')), {
      origin,
      ...signing,
    })
    expect(await passkeys.add(use(as, session), answer)).toBe(false)
    expect([passkeys.list('alice'), passkeys.list(as)]).toEqual([[], []])
  })

  test('is added once, by one person alone', async () => {
    const { passkeys } = setUp()
    const key = await added(passkeys)
    for (const user of ['alice', 'bob']) {
      const again = key.create(await passkeys.offer(use(user, 'session')), { origin })
      expect(await passkeys.add(use(user, 'session'), again)).toBe(false)
    }
    expect([passkeys.list('alice').length, passkeys.list('bob').length]).toEqual([1, 0])
  })

  test('is refused where a step-up was asked for, and the other way round', async () => {
    const { passkeys } = setUp()
    const key = await added(passkeys)
    const offer = await passkeys.offer(use('alice', 'same'))
    const signed = key.get(offer, { origin })
    expect(await passkeys.verify(use('alice', 'same'), signed)).toEqual([])
    const made = softwareAuthenticator().create(
      { ...offer, challenge: (await asked(passkeys, 'alice', 'same')).challenge },
      { origin },
    )
    expect(await passkeys.add(use('alice', 'same'), made)).toBe(false)
  })

  test('is the tenth at most', async () => {
    const { passkeys } = setUp()
    for (let count = 0; count < 10; count++) await added(passkeys)
    const offer = await passkeys.offer(use('alice', 'session'))
    const one = softwareAuthenticator().create(offer, { origin })
    expect(await passkeys.add(use('alice', 'session'), one)).toBe(false)
  })
})

test('nobody has the challenges of another forgotten', async () => {
  const { passkeys } = setUp()
  const [alices, bobs] = [await added(passkeys), await added(passkeys, 'bob')]
  const options = await asked(passkeys, 'bob')
  const first = await asked(passkeys)
  for (let count = 0; count < 20; count++) await asked(passkeys)
  const forgotten = alices.get(first, { origin })
  expect(await passkeys.verify(use('alice', 'ticket'), forgotten)).toEqual([])
  expect(await passkeys.verify(use('bob', 'ticket'), bobs.get(options, { origin }))).toEqual(HWK)
})
