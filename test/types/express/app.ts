import { createGuard } from '@countersign/express'
import express from 'express'
import session from 'express-session'

declare module 'express-session' {
  interface SessionData {
    userId: string
    loginAt: number
  }
}
declare function verifyTotp(user: string, code: string): Promise<boolean>

const guard = createGuard({
  secret: process.env['COUNTERSIGN_SECRET'],
  identity: ({ session }) =>
    session.userId
      ? { subject: session.userId, session: session.id, authTime: session.loginAt }
      : undefined,
  challengePath: '/step-up',
})
const app = express()
app.use(
  session({ secret: 's', resave: false, saveUninitialized: false }),
  express.urlencoded({ extended: false }),
)
app.post(
  '/transfer',
  guard('transfer.create', (req) => req.body),
  (req, res) => {
    res.json({ outcome: guard.decision(req)?.outcome })
  },
)
app.get('/step-up', async (req, res) => {
  const c = await guard.challenge.open(req)
  if (!c) return void res.redirect('/')
  res.send(
    `<form method=post><input type=hidden name=ticket value="${c.ticket}"><input name=code><label><input type=checkbox name=remember> Remember this browser</label><button>Go on</button></form>`,
  )
})
app.post('/step-up', async (req, res) => {
  // biome-ignore lint/style/noNonNullAssertion: a challenge is opened for who is signed in
  if (!(await verifyTotp(req.session.userId!, req.body.code))) return guard.challenge.fail(req, res)
  await guard.challenge.complete(req, res, {
    factors: [{ method: 'otp' }],
    rememberDevice: 'remember' in req.body,
  })
})
// @ts-expect-error a misspelt action does not compile
app.post('/x', guard('transfer.crate'), (_req, res) => {
  res.end()
})
