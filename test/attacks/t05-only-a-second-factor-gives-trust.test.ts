// T5: browsers were trusted by a link, at the enrolment, or with a recovery code (demarche.numerique pull 13059; Keycloak's
// own warning). The shops' part first; recovery and methods are what an app tells, so apps of our own tell it.
import { describe, expect, test } from 'vitest'
import { forEachShop } from './support/shops.ts'
import { forEachAdapter } from './support/tampered-apps.ts'
import { CHALLENGED, EVIDENCE, givenDevices } from './support/visitor.ts'

forEachShop((shop) => {
  test('T5: no GET gives trust or evidence, whatever its query says', async () => {
    const alice = shop.visitor()
    await alice.signIn('alice')
    const ticket = await alice.challenged()
    const code = await alice.code('alice')
    const query = new URLSearchParams({ ticket, code, remember: 'yes' })
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']) {
      const reply = await alice.navigate(`/step-up?${query}`, { method })
      expect(reply.headers.getSetCookie(), method).toEqual([])
    }
    const overridden = await alice.navigate(`/step-up?${query}&_method=POST`, {
      headers: { 'x-http-method-override': 'POST' },
    })
    expect(overridden.headers.getSetCookie()).toEqual([])
    expect(await alice.transfer(200)).toEqual(CHALLENGED)
    expect(await shop.operate('devices.list', { subject: 'alice' })).toEqual([])
    // the code was not spent either
    const done = await alice.answer('alice', ticket, { code, remember: 'yes' })
    expect(givenDevices(done)).toHaveLength(1)
  })

  test('T5: neither a wrong code nor a form of another site gives any', async () => {
    const bob = shop.visitor()
    await bob.signIn('bob')
    const ticket = await bob.challenged()
    const wrong = await bob.answer('bob', ticket, { code: '000000', remember: 'yes' })
    expect([wrong.status, wrong.headers.getSetCookie()]).toEqual([401, []])
    for (const headers of [
      { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
      { 'sec-fetch-site': undefined, origin: undefined },
      { 'sec-fetch-site': undefined, origin: 'null' },
    ]) {
      const form = { ticket: await bob.challenged(), code: await bob.code('bob'), remember: 'yes' }
      const reply = await bob.submit('/step-up', form, { headers })
      expect(reply.status).toBe(403)
      expect(givenDevices(reply)).toEqual([])
    }
    expect(bob.cookies.has(EVIDENCE)).toBe(false)
    expect(await shop.operate('devices.list', { subject: 'bob' })).toEqual([])
  })

  test('T5: signing in gives none', async () => {
    const carol = shop.visitor()
    const form = {
      user: 'carol',
      password: 'correct-horse',
      remember: 'yes',
      rememberDevice: 'true',
    }
    expect(givenDevices(await carol.submit('/login', form))).toEqual([])
    expect(await shop.operate('devices.list', { subject: 'carol' })).toEqual([])
  })
})

describe('what the app tells of the proof', () => {
  forEachAdapter((start) => {
    test.each([
      { name: 'a recovery code', factors: [{ method: 'otp', recovery: true }], status: 303 },
      { name: 'a password again', factors: [{ method: 'pwd' }], status: 303 },
      { name: 'a PIN', factors: [{ method: 'pin' }], status: 303 },
      {
        name: 'an answer to a question',
        factors: [{ method: 'kba' }, { method: 'pwd' }],
        status: 303,
      },
    ])('T5: $name gives no trust', async ({ factors }) => {
      const app = await start()
      const alice = app.person()
      const reply = await alice.answer(await alice.challenged(), factors, { remember: true })
      expect(givenDevices(reply)).toEqual([])
      expect(await app.guard.devices.list(alice.subject)).toEqual([])
      alice.signIn()
      expect(await alice.transfer()).toBe(401)
    })

    test('T5: enrolling a factor gives no trust, and the factor itself does', async () => {
      const app = await start()
      const alice = app.person()
      await app.guard.credentialChanged(alice.subject, 'factor-added')
      expect(await app.guard.devices.list(alice.subject)).toEqual([])
      expect(await alice.transfer()).toBe(401)
      const factors = [{ method: 'otp' }]
      const reply = await alice.answer(await alice.challenged(), factors, { remember: true })
      expect(givenDevices(reply)).toHaveLength(1)
    })

    test.each([
      { name: 'no factor', factors: [] },
      { name: 'a factor from the future', factors: [{ method: 'otp', at: 4e12 }] },
      { name: 'a method that is none', factors: [{ method: '' }] },
    ])('T5: $name completes nothing', async ({ factors }) => {
      const app = await start()
      const alice = app.person()
      const reply = await alice.answer(await alice.challenged(), factors, { remember: true })
      expect(reply.status).toBe(500)
      expect(alice.cookies.has(EVIDENCE)).toBe(false)
      expect(await app.guard.devices.list(alice.subject)).toEqual([])
      expect(await alice.makeKey()).toBe(401)
    })
  })
})
