// T9: a rotating cookie that only ever raises false alarms is switched off, and then nobody is told of theft (spring-security
// issue 3079). Theft is told after a minute of grace: on apps whose clock the test has.
import { expect, test } from 'vitest'
import { REMEMBERED } from './support/person.ts'
import { forEachAdapter } from './support/tampered-apps.ts'
import { deviceCookie } from './support/visitor.ts'

forEachAdapter((start) => {
  test('T9: an old cookie ends its device, and that one only', async () => {
    const app = await start()
    const alice = app.person()
    await alice.beRemembered()
    const [name, copied] = deviceCookie(alice)
    expect(await alice.transfer()).toEqual(REMEMBERED)
    const phone = app.person({ subject: alice.subject })
    await phone.beRemembered()
    expect(await phone.transfer()).toEqual(REMEMBERED)

    await app.pass(60_001)
    const thief = app.person({ subject: alice.subject })
    thief.cookies.set(name, copied)
    expect(await thief.transfer()).toBe(401)
    expect(await alice.transfer()).toBe(401)
    expect(await phone.transfer()).toEqual(REMEMBERED)
    expect(await app.guard.devices.list(alice.subject)).toHaveLength(1)
    expect(await app.log()).toContainEqual(
      expect.objectContaining({ type: 'device', what: 'revoked', by: 'countersign' }),
    )
  })

  test('T9: fifty old copies at the same moment end it once, and find no trust', async () => {
    const app = await start()
    const alice = app.person()
    await alice.beRemembered()
    const [name, copied] = deviceCookie(alice)
    expect(await alice.transfer()).toEqual(REMEMBERED)
    await app.pass(60_001)
    const tried = await Promise.all(
      Array.from({ length: 50 }, () => {
        const thief = app.person({ subject: alice.subject })
        thief.cookies.set(name, copied)
        return thief.transfer()
      }),
    )
    expect(tried).toEqual(Array(50).fill(401))
    expect(await alice.transfer()).toBe(401)
  })
})
