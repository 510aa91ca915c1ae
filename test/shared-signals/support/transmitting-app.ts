// An Express app that transmits its own events, on one data directory and one port. Killed by its test.
import { createGuard, fileBackend } from '@countersign/express'
import { createTransmitter, nodeHandler, type SigningKey } from '@countersign/shared-signals'
import express from 'express'

const [dir = '', port = '', receiver = '', key = ''] = process.argv.slice(2)
const origin = `http://localhost:${port}`
const authorization = 'Bearer what-the-stream-was-given'
const logger = { info() {}, warn: console.error, error: console.error }

const guard = createGuard({
  identity: () => undefined,
  publicOrigin: origin,
  backend: fileBackend(dir),
  logger,
})
const transmitter = createTransmitter({
  guard,
  logger,
  issuer: origin,
  keys: JSON.parse(Buffer.from(key, 'base64').toString()) as SigningKey,
  streams: [
    { id: 'pushed', audience: 'https://shop.example', authorization, push: { url: receiver } },
    { id: 'polled', audience: 'https://shop.example', authorization: `${authorization} to poll` },
  ],
})
const app = express()
app.post('/disable/:user', (req, res, next) => {
  guard.credentialChanged(req.params.user, 'deactivated').then(() => res.sendStatus(204), next)
})
app.use(nodeHandler(transmitter.answer))
await guard.ready()
await transmitter.start()
app.listen(Number(port), '127.0.0.1', () => console.log(`ready ${origin}`))
