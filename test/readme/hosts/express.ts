// What an Express app has before it has a guard: express-session, a login, one-time codes, and a form for them.
import { openShop } from '@countersign/example-shop'
import type { OpenChallenge } from '@countersign/express'
import express, { type Express, type Request, type RequestHandler, type Response } from 'express'
import session from 'express-session'

declare module 'express-session' {
  interface SessionData {
    userId: string
    loginAt: number
    login: { subject: string; authTime: number }
  }
}

const shop = openShop({ ...process.env, COUNTERSIGN_DEMO: '1' })

export const app: Express = express()
app.use(
  session({ secret: 'of the test alone', resave: false, saveUninitialized: false }),
  express.urlencoded({ extended: false }),
  express.json(),
)

/** `minutesAgo` makes a login as old as the test needs it. */
app.post('/login', async (req, res) => {
  const result = await shop.signIn(req.body, req.socket.remoteAddress)
  if (!result.ok) return void res.sendStatus(result.status)
  req.session.regenerate(() => {
    req.session.userId = result.user
    req.session.loginAt = Date.now() - Number(req.body.minutesAgo ?? 0) * 60_000
    req.session.login = { subject: result.user, authTime: req.session.loginAt }
    res.redirect(303, '/')
  })
})

app.post('/logout', (req, res) => {
  req.session.destroy(() => res.redirect(303, '/'))
})

app.get('/authenticator', (req, res) => {
  res.json({ code: shop.codes.current(String(req.query['user'])) })
})

export function checkCode(subject: string, code: unknown): boolean {
  return shop.codes.spend(subject, code)
}

export function bodyOf(req: Request): Record<string, unknown> {
  return req.body
}

export const transfer: RequestHandler = (req, res) => {
  res.json({ sent: req.body.amount })
}

export function showStepUp(res: Response, challenge: OpenChallenge | undefined): void {
  res.send(stepUpPage(challenge))
}

export function stepUpPage(challenge: OpenChallenge | undefined, problem = ''): string {
  return `${problem}<form method="post"><input name="ticket" value="${challenge?.ticket}"><input name="code"></form>`
}

app.listen(Number(process.env['PORT']), '127.0.0.1')
