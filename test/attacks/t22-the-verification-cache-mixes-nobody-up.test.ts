// T22: a cache of verified tokens answered one user with the claims of another, and outlived what it rested on (fast-jwt
// GHSA-rp9m-7r4c-75qg). The shops verify their own session: apps of our own read the tokens of an issuer.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { jwtIdentity } from '@countersign/core'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, expect, test, vi } from 'vitest'
import type { Person } from './support/person.ts'
import { forEachAdapter } from './support/tampered-apps.ts'

const COMMON = { issuer: 'https://idp.example', audience: 'shop', algorithms: ['ES256'] }

forEachAdapter((start) => {
  afterEach(() => void vi.useRealTimers())

  test('T22: many users’ tokens, again and again and in parallel, are each their own', async () => {
    const issuer = await openIssuer()
    const app = await start({ identity: jwtIdentity({ ...COMMON, jwksUri: issuer.uri }) })
    const users = Array.from({ length: 20 }, (_, at) => `user-${at}`)
    const tokens = await Promise.all(users.map((user) => issuer.token(user, 60)))
    const nobody = app.person()
    for (let round = 0; round < 3; round++) {
      const seen = await Promise.all(tokens.map((token) => view(nobody, token)))
      expect(seen.map(({ subject }) => subject)).toEqual(users)
    }
    // a known signature under other claims, and known claims under another signature
    const [first = '', second = ''] = tokens
    const [header, claims, signature] = first.split('.')
    const [, otherClaims, otherSignature] = second.split('.')
    for (const mixed of [
      [header, otherClaims, signature],
      [header, claims, otherSignature],
      [header, otherClaims, `${otherSignature?.slice(0, -22)}${signature?.slice(-22)}`],
    ])
      expect((await view(nobody, mixed.join('.'))).status).toBe(401)
    await issuer.close()
  })

  test('T22: a token that was verified is refused once it is over, whatever was remembered of it', async () => {
    const issuer = await openIssuer()
    const app = await start({ identity: jwtIdentity({ ...COMMON, jwksUri: issuer.uri }) })
    const nobody = app.person()
    const brief = await issuer.token('alice', 2)
    expect((await view(nobody, brief)).subject).toBe('alice')
    await wait(2_100)
    expect((await view(nobody, brief)).status).toBe(401)
    await issuer.close()
  })

  test('T22: what one guard verified counts for no other guard', async () => {
    const issuer = await openIssuer()
    const token = await issuer.token('alice', 60)
    const first = await start({ identity: jwtIdentity({ ...COMMON, jwksUri: issuer.uri }) })
    expect((await view(first.person(), token)).subject).toBe('alice')
    for (const changed of [
      { audience: 'another shop' },
      { issuer: 'https://another.example' },
      { algorithms: ['RS256'] },
      { maxTokenAgeSeconds: 1 },
    ]) {
      if ('maxTokenAgeSeconds' in changed) await wait(2_100)
      const other = await start({
        identity: jwtIdentity({ ...COMMON, jwksUri: issuer.uri, ...changed }),
      })
      expect((await view(other.person(), token)).status, JSON.stringify(changed)).toBe(401)
    }
    await issuer.close()
  })

  test.each([
    { name: 'once a token of its successor is seen', laterMs: 31_000, successor: true },
    { name: 'ten minutes later at the latest', laterMs: 601_000, successor: false },
  ])(
    'T22: when a key is taken away, what it signed is refused $name',
    async ({ laterMs, successor }) => {
      const issuer = await openIssuer()
      const app = await start({ identity: jwtIdentity({ ...COMMON, jwksUri: issuer.uri }) })
      const nobody = app.person()
      const old = await issuer.token('alice', 3_600)
      expect((await view(nobody, old)).subject).toBe('alice')
      await issuer.changeKey()
      const next = await issuer.token('bob', 3_600)
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + laterMs })
      if (successor) expect((await view(nobody, next)).subject).toBe('bob')
      expect((await view(nobody, old)).status).toBe(401)
      await issuer.close()
    },
  )

  test('T22: a key that is still there counts after that time as well', async () => {
    const issuer = await openIssuer()
    const app = await start({ identity: jwtIdentity({ ...COMMON, jwksUri: issuer.uri }) })
    const token = await issuer.token('alice', 3_600)
    expect((await view(app.person(), token)).subject).toBe('alice')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 601_000 })
    expect((await view(app.person(), token)).subject).toBe('alice')
    await issuer.close()
  })
})

interface Issuer {
  readonly uri: string
  token(subject: string, seconds: number): Promise<string>
  /** The old one is gone from the set. */
  changeKey(): Promise<void>
  close(): Promise<void>
}

async function openIssuer(): Promise<Issuer> {
  let kid = 0
  let pair = await generateKeyPair('ES256')
  const server = createServer(async (_req, res) => {
    const key = { ...(await exportJWK(pair.publicKey)), kid: `key-${kid}`, alg: 'ES256' }
    res.setHeader('content-type', 'application/json')
    res.end(JSON.stringify({ keys: [key] }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    token(subject, seconds) {
      const now = Math.floor(Date.now() / 1000)
      return new SignJWT({ sid: `of ${subject}`, amr: ['pwd'], auth_time: now })
        .setProtectedHeader({ alg: 'ES256', kid: `key-${kid}` })
        .setIssuer(COMMON.issuer)
        .setAudience(COMMON.audience)
        .setSubject(subject)
        .setIssuedAt(now)
        .setExpirationTime(now + seconds)
        .sign(pair.privateKey)
    },
    async changeKey() {
      kid += 1
      pair = await generateKeyPair('ES256')
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function view(person: Person, token: string) {
  person.cookies.clear()
  const reply = await person.fetchJson('/account', {
    headers: { authorization: `Bearer ${token}` },
  })
  const { subject } = (await reply.json()) as { readonly subject?: string }
  return { status: reply.status, subject }
}
