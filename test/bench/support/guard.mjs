// The guard that is measured: W4, on the embedded backend, with opt-outs durable.
import { SignJWT } from 'jose'
import { createGuardCore, velocity } from '../../../packages/core/dist/index.js'
import { fileBackend, nodePlatform } from '../../../packages/node/dist/index.js'
import { documentOf } from './policies.mjs'

export const SECRET = 'a secret of at least 32 characters, for benchmarks'
export const JWT = {
  issuer: 'https://idp.example',
  audience: 'api',
  algorithms: ['HS256'],
  secret: SECRET,
}
const loggedInAt = Math.floor(Date.now() / 1000) - 20 * 60

const quiet = { info() {}, warn() {}, error: (details, message) => console.error(message, details) }

/** 20 rules, of which five are the action's; `passes`: the login alone is enough. */
export function benchPolicy(passes) {
  const document = documentOf(20, true)
  const rules = document.rules.map((rule) => ({
    ...rule,
    require: { acr: passes ? 'aal1' : rule.require.acr, maxAge: passes ? '12h' : '15m' },
    optOuts: ['remembered-device'],
  }))
  const optOuts = {
    'remembered-device': {
      kind: 'trusted-device',
      overall: '30d',
      idle: '7d',
      riskBelow: 'MEDIUM',
    },
  }
  return { ...document, optOuts, rules }
}

export async function createBenchGuard(directory, jwtIdentity, passes = false) {
  const guard = createGuardCore(
    {
      identity: jwtIdentity(JWT),
      backend: fileBackend(directory),
      policy: benchPolicy(passes),
      // one subject makes all requests here: that the velocity detector would notice
      detectors: [velocity({ limit: 1_000_000_000 })],
      challengePath: '/step-up',
      publicOrigin: 'http://localhost',
      logger: quiet,
    },
    nodePlatform,
  )
  await guard.ready()
  return guard
}

/** Distinct tokens of one subject and session. */
export function tokens(count) {
  const key = new TextEncoder().encode(SECRET)
  return Promise.all(
    Array.from({ length: count }, () =>
      new SignJWT({
        sid: 's1',
        acr: 'aal1',
        amr: ['pwd'],
        auth_time: loggedInAt,
        jti: crypto.randomUUID(),
      })
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
        .setSubject('alice')
        .setIssuer(JWT.issuer)
        .setAudience(JWT.audience)
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(key),
    ),
  )
}

export function readerOf(method, target, token, cookie) {
  const headers = { authorization: `Bearer ${token}`, cookie, origin: 'http://localhost' }
  return {
    method: () => method,
    target: () => target,
    header: (name) => headers[name],
    peerAddress: () => '127.0.0.1',
  }
}

/** A challenge, completed as a person would, so that the device cookie is a real one. */
export async function rememberDevice(guard, token) {
  const refused = await guard.check(
    { request: {}, slot: {}, reader: readerOf('POST', '/transfer', token, '') },
    'a1.do',
    () => ({ amount: 450, payee: 'bob' }),
  )
  const reply = await guard.challenge.complete(
    { request: {}, slot: {}, reader: readerOf('POST', refused.decision.challengeUrl, token, '') },
    { body: undefined },
    { factors: [{ method: 'otp' }], rememberDevice: true },
  )
  const device = reply.cookies.find(({ name }) => name.startsWith('__Host-device-'))
  return `${device.name}=${device.value}`
}
