// What is recorded, as others hear of it: changes and devices as they happen, and the whole log in order.
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { AuditEntry } from '../../src/ports/audit-log.ts'
import { openBrowser, openShop, passwordLogin, type Shop } from '../support/shop.ts'

let shop: Shop
let heard: AuditEntry[]
let end: () => void
beforeEach(async () => {
  shop = openShop()
  heard = []
  end = await shop.guard.records.watch((entry) => heard.push(entry))
})
afterEach(() => shop.close())

const told = (): readonly string[] =>
  heard.map(({ type, topic, what }) => `${type} ${topic ?? what}`)

it('changes and devices are heard, and no decision', async () => {
  await openBrowser(shop, passwordLogin(shop)).stepUp({ rememberDevice: true })
  const [device] = await shop.guard.devices.list('alice')
  await shop.guard.devices.revoke('alice', device?.id ?? '')
  await shop.guard.credentialChanged('alice', 'password-changed')
  await shop.guard.signal({ code: 'account-disabled', about: { subject: 'alice' } })
  expect(told().filter((one) => !one.endsWith('policy'))).toEqual([
    'device trusted',
    'device revoked',
    'change revocation',
    'change signal',
  ])
})

it('until it is ended, and whatever a listener throws is told to the app', async () => {
  await shop.guard.records.watch(() => {
    throw new Error('nobody listens')
  })
  await shop.guard.credentialChanged('alice', 'password-changed')
  expect(heard).toHaveLength(1)
  expect(shop.logged).toContainEqual({ level: 'error', message: 'what watches the records failed' })
  end()
  await shop.guard.credentialChanged('alice', 'password-changed')
  expect(heard).toHaveLength(1)
})

it('the log is read up to now', async () => {
  await shop.guard.credentialChanged('alice', 'password-changed')
  const found: string[] = []
  for await (const { entry } of shop.guard.records.read({ subject: 'alice' }))
    found.push(entry.type)
  expect(found).toEqual(['change'])
})
