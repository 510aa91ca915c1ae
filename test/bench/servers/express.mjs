// One Express server to be measured: bare, guarded by Countersign, or by express-oauth2-jwt-bearer. Tells its port.
import express from 'express'
import { auth } from 'express-oauth2-jwt-bearer'
import { createGuard, jwtIdentity, velocity } from '../../../packages/express/dist/index.js'
import { fileBackend } from '../../../packages/node/dist/index.js'
import { benchPolicy, JWT } from '../support/guard.mjs'

const [kind, directory] = process.argv.slice(2)
const app = express()
const answer = (_req, res) => res.json({ ok: true })

if (kind === 'countersign') {
  const guard = createGuard({
    identity: jwtIdentity(JWT),
    backend: fileBackend(directory),
    policy: benchPolicy(false),
    detectors: [velocity({ limit: 1_000_000_000 })],
    challengePath: '/step-up',
    publicOrigin: 'http://localhost',
  })
  const parse = express.json()
  app.post('/step-up', parse, (req, res) =>
    guard.challenge.complete(req, res, { factors: [{ method: 'otp' }], rememberDevice: true }),
  )
  app.get(
    '/transfer',
    guard('a1.do', () => ({ amount: 450, payee: 'bob' })),
    answer,
  )
  await guard.ready()
} else if (kind === 'express-oauth2-jwt-bearer') {
  app.get(
    '/transfer',
    auth({
      issuer: JWT.issuer,
      audience: JWT.audience,
      secret: JWT.secret,
      tokenSigningAlg: 'HS256',
    }),
    answer,
  )
} else app.get('/transfer', answer)

const server = app.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
