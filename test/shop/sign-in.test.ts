import { describe, expect, test } from 'vitest'
import { createSignIn } from '../../examples/shop/src/sign-in.ts'

const RIGHT = { user: 'alice', password: 'correct-horse' }
const WRONG = { ok: false, status: 401, problem: 'wrong_password' }
const LIMITED = { ok: false, status: 429, problem: 'too_many_attempts', retryAfterSeconds: 60 }

describe('signing in', () => {
  test.each(['alice', 'bob', 'carol'])('%s, with the password', async (user) =>
    expect(await createSignIn()({ ...RIGHT, user }, '127.0.0.1')).toEqual({ ok: true, user }),
  )

  test.each([
    { name: 'a wrong password', form: { ...RIGHT, password: 'correct-horse ' } },
    { name: 'an empty password', form: { ...RIGHT, password: '' } },
    { name: 'no password', form: { ...RIGHT, password: undefined } },
    { name: 'a list of passwords', form: { ...RIGHT, password: ['correct-horse'] } },
    { name: 'an unknown user', form: { ...RIGHT, user: 'mallory' } },
    { name: 'a name that objects have', form: { ...RIGHT, user: 'constructor' } },
    { name: 'a list of users', form: { ...RIGHT, user: ['alice'] } },
  ])('$name has the same answer', async ({ form }) =>
    expect(await createSignIn()(form, '127.0.0.1')).toEqual(WRONG),
  )

  test.each(['alice', 'mallory'])(
    'the eleventh attempt of a minute for %s is refused, with the right password too, and others go on',
    async (user) => {
      const signIn = createSignIn()
      for (let attempt = 1; attempt <= 10; attempt++)
        expect(await signIn({ user, password: 'guess' }, `10.0.0.${attempt}`)).toEqual(WRONG)
      expect(await signIn({ ...RIGHT, user }, '10.0.0.11')).toEqual(LIMITED)
      expect(await signIn({ ...RIGHT, user: 'bob' }, '10.0.0.11')).toMatchObject({ ok: true })
    },
  )

  test('an address has a hundred attempts a minute over all names, and one that is unknown has no such limit', async () => {
    const signIn = createSignIn()
    // a missing password costs no scrypt, so that this takes no time
    for (let attempt = 1; attempt <= 100; attempt++)
      await signIn({ user: `u${attempt}`, password: undefined }, '10.0.0.1')
    expect(await signIn(RIGHT, '10.0.0.1')).toEqual(LIMITED)
    expect(await signIn(RIGHT, '10.0.0.2')).toMatchObject({ ok: true })
    expect(await signIn(RIGHT, undefined)).toMatchObject({ ok: true })
  })
})
