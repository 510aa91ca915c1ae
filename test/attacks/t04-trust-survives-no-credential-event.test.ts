// T4: trust and sessions outlived the password or the factor that they came from (vaultwarden pull 7682, scheb/2fa issue
// 126, aspnetcore issue 21985). An app tells of such an event by `guard.credentialChanged`; the shops have no page for one,
// so it is told to apps of our own.
import { expect, test } from 'vitest'
import { REMEMBERED } from './support/person.ts'
import { forEachAdapter } from './support/tampered-apps.ts'
import { deviceCookie, EVIDENCE } from './support/visitor.ts'

const EVENTS = [
  'password-changed',
  'password-reset',
  'factor-added',
  'factor-removed',
  'factor-reenrolled',
  'recovery-code-used',
  'admin-reset',
  'deactivated',
  'signed-out-everywhere',
] as const

forEachAdapter((start) => {
  test.each(EVENTS)(
    'T4: after %s neither a remembered browser nor a proof counts, until there are new ones',
    async (what) => {
      const app = await start()
      const alice = app.person()
      await alice.beRemembered()
      expect(await alice.transfer()).toEqual(REMEMBERED)
      const [name, old] = deviceCookie(alice)
      const elsewhere = app.person({ subject: alice.subject })
      await elsewhere.stepUp()
      expect(await elsewhere.transfer()).toBe('pass')
      const oldEvidence = elsewhere.cookies.get(EVIDENCE) ?? ''
      const bystander = app.person()
      await bystander.beRemembered()

      await app.guard.credentialChanged(alice.subject, what)
      expect(await alice.transfer()).toBe(401)
      expect(await elsewhere.transfer()).toBe(401)
      expect(await app.guard.devices.list(alice.subject)).toEqual([])
      alice.signIn()
      expect(await alice.transfer()).toBe(401)
      expect(await bystander.transfer()).toEqual(REMEMBERED)

      // what is new counts, and does not bring what is old back
      await alice.beRemembered()
      expect(await alice.transfer()).toEqual(REMEMBERED)
      alice.cookies.set(name, old)
      expect(await alice.transfer()).toBe(401)
      elsewhere.cookies.set(EVIDENCE, oldEvidence)
      expect(await elsewhere.transfer()).toBe(401)
      expect(await app.log()).toContainEqual(
        expect.objectContaining({
          type: 'change',
          subject: alice.subject,
          change: { kind: 'subject', what },
        }),
      )
    },
  )
})
