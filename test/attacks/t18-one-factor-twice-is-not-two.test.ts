// T18: one factor was enough, or the same one twice (Zitadel CVE-2025-64103; Kratos issue 4317). The shops know one kind of
// second factor: apps of our own tell others.
import { expect, test } from 'vitest'
import { forEachAdapter } from './support/tampered-apps.ts'

const LOGINS: readonly { readonly name: string; readonly amr: readonly string[] }[] = [
  { name: 'a password', amr: ['pwd'] },
  { name: 'a password twice', amr: ['pwd', 'pwd'] },
  { name: 'a code alone', amr: ['otp'] },
  { name: 'a code twice', amr: ['otp', 'otp'] },
  { name: 'nothing that is told', amr: [] },
  { name: 'methods of other names', amr: ['PWD', 'OTP', 'mfa'] },
]

forEachAdapter((start) => {
  test.each(LOGINS)('T18: a login with $name is not two factors', async ({ amr }) => {
    const app = await start()
    const alice = app.person({ amr })
    expect(await alice.transfer()).toBe(401)
    expect(await alice.makeKey()).toBe(401)
  })

  test('T18: two are two', async () => {
    const app = await start()
    expect(await app.person({ amr: ['pwd', 'otp'] }).makeKey()).toBe('pass')
    expect(await app.person({ amr: ['otp', 'pwd'] }).makeKey()).toBe('pass')
  })

  test.each([
    { name: 'the password again', amr: ['pwd'], methods: ['pwd'] },
    { name: 'the password twice', amr: ['pwd'], methods: ['pwd', 'pwd'] },
    { name: 'the same code twice, and no password', amr: ['otp'], methods: ['otp', 'otp'] },
    { name: 'a code where no password was given', amr: [], methods: ['otp'] },
    { name: 'a fingerprint alone', amr: ['pwd'], methods: ['user'] },
  ])('T18: a challenge answered with $name brings too little', async ({ amr, methods }) => {
    const app = await start()
    const alice = app.person({ amr })
    const factors = methods.map((method) => ({ method }))
    const reply = await alice.answer(await alice.challenged(), factors, { remember: true })
    expect(reply.headers.get('location')).toContain('/step-up?ticket=')
    expect(await alice.makeKey()).toBe(401)
    expect(await alice.transfer()).toBe(401)
    expect(await app.guard.devices.list(alice.subject)).toEqual([])
  })

  test('T18: one factor in one login and one in another are not two', async () => {
    const app = await start()
    const alice = app.person({ amr: ['otp'] })
    await alice.answer(await alice.challenged(), [{ method: 'pwd' }])
    expect(await alice.makeKey()).toBe('pass')
    alice.signIn({ amr: ['otp'] })
    expect(await alice.makeKey()).toBe(401)
  })
})
