// The same app as on files, as one of several instances on PostgreSQL. Killed by its tests, as its database is. Its feed and
// its log may be on other addresses than the rest, so that each can be cut off.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { combineBackend } from '@countersign/core'
import { createGuard } from '@countersign/express'
import { postgresAuditLog, postgresFeed, postgresStore } from '@countersign/postgres'
import express from 'express'

interface Settings {
  readonly store: string
  readonly feed: string
  readonly audit: string
  readonly secret: string
  readonly operatorKey: { readonly kty: string }
  readonly maxStaleness: string
}

const settings = JSON.parse(process.argv[2] ?? '') as Settings
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
    secret: settings.secret,
    operatorKeys: [settings.operatorKey],
    maxStaleness: settings.maxStaleness,
    backend: combineBackend({
      feed: postgresFeed({ connectionString: settings.feed }),
      store: postgresStore({ connectionString: settings.store }),
      audit: postgresAuditLog({ connectionString: settings.audit }),
    }),
    logger: { info() {}, warn: console.error, error: console.error },
  })
  const app = express()
  app.use(express.json())
  for (const path of ['browse', 'buy', 'give', 'admin'])
    app.post(
      `/${path}`,
      guard(path, (req) => req.body),
      (req, res) => {
        const { id, outcome } = guard.decision(req) ?? {}
        res.json({ id, outcome })
      },
    )
  app.get('/health', (_req, res) => {
    res.json({ health: guard.health(), memory: process.memoryUsage().rss })
  })
  await guard.ready()
  server.on('request', app)
  console.log(`ready ${origin}`)
}
