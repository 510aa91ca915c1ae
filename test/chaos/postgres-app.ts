// The same app as on files, as one of several instances on PostgreSQL. Killed by its tests, as its database is.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGuard } from '@countersign/express'
import { postgresBackend } from '@countersign/postgres'
import express from 'express'

const [connectionString = '', secret = '', operatorKey = ''] = process.argv.slice(2)
const server = createServer()
server.listen(0, '127.0.0.1', start)

async function start(): Promise<void> {
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`
  const guard = createGuard({
    // only a test app may believe who a client says it is
    identity: (req) => {
      const subject = req.get('x-user')
      if (subject === undefined) return undefined
      return { subject, session: `of ${subject}`, authTime: Date.now(), amr: ['pwd'] }
    },
    publicOrigin: origin,
    challengePath: '/step-up',
    secret,
    operatorKeys: [JSON.parse(operatorKey)],
    backend: postgresBackend({ connectionString }),
    logger: { info() {}, warn: console.error, error: console.error },
  })
  const app = express()
  app.use(express.json())
  for (const path of ['browse', 'buy', 'admin'])
    app.post(
      `/${path}`,
      guard(path, (req) => req.body),
      (req, res) => {
        const { id, outcome } = guard.decision(req) ?? {}
        res.json({ id, outcome })
      },
    )
  await guard.ready()
  server.on('request', app)
  console.log(`ready ${origin}`)
}
