// A small app with a data directory of its own, in this process; the command is another one.
import { createGuard, type Decision, fileBackend } from '@countersign/express'
import express from 'express'
import { listen } from '../../contract/listen.ts'

export interface RunningApp {
  readonly origin: string
  feedback(decision: string, label: 'fraud' | 'legitimate'): Promise<void>
  stop(): Promise<void>
}

const HOUR_MS = 3_600_000

/** Who asks is what the header says; their login is an hour old. */
export async function startApp(
  dir: string,
  options: { readonly policy?: object | string; readonly secret?: string } = {},
): Promise<RunningApp> {
  const { origin, server, stop } = await listen()
  const guard = createGuard({
    ...options,
    publicOrigin: origin,
    challengePath: '/step-up',
    backend: fileBackend(dir),
    identity: (req) => {
      const subject = req.get('x-user')
      if (subject === undefined) return undefined
      const session = `${subject} ${req.get('x-login')}`
      return { subject, session, amr: ['pwd'], authTime: Date.now() - HOUR_MS }
    },
    logger: { info() {}, warn() {}, error() {} },
  })
  const app = express()
  app.set('env', 'test')
  app.use(express.urlencoded({ extended: false }), express.json())
  app.post(
    '/transfer',
    guard('transfer.create', (req) => req.body),
    (req, res) => {
      res.json(toAnswer(guard.decision(req)))
    },
  )
  app.post('/step-up', async (req, res) => {
    await guard.challenge.open(req)
    await guard.challenge.complete(req, res, { factors: [{ method: 'otp' }], rememberDevice: true })
  })
  await guard.ready()
  server.on('request', app)
  const { feedback } = guard
  return { origin, feedback, stop: () => stop(guard) }
}

function toAnswer(decision: Decision | undefined): object {
  const { outcome, revision, id } = decision ?? {}
  return { outcome, revision, id }
}
