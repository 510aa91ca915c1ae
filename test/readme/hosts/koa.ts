// What a Koa app has before it has a guard: a session cookie of its own, a login, one-time codes, and a form for them.
import { randomUUID } from 'node:crypto'
import { openShop } from '@countersign/example-shop'
import type { Identity, OpenChallenge } from '@countersign/koa'
import { bodyParser } from '@koa/bodyparser'
import Router from '@koa/router'
import Koa, { type Context } from 'koa'

const shop = openShop({ ...process.env, COUNTERSIGN_DEMO: '1' })
const sessions = new Map<string, Identity>()

export const router: Router = new Router()

export function readIdentity(ctx: Context): Identity | undefined {
  return sessions.get(ctx.cookies.get('session') ?? '')
}

export function checkCode(subject: string, code: unknown): boolean {
  return shop.codes.spend(subject, code)
}

export function stepUpPage(challenge: OpenChallenge | undefined, problem = ''): string {
  return `${problem}<form method="post"><input name="ticket" value="${challenge?.ticket}"><input name="code"></form>`
}

/** `minutesAgo` makes a login as old as the test needs it. */
router.post('/login', async (ctx) => {
  const { user, password, minutesAgo = 0 } = ctx.request.body as Record<string, unknown>
  const result = await shop.signIn({ user, password }, ctx.ip)
  if (!result.ok) return ctx.throw(result.status)
  const session = randomUUID()
  const authTime = Date.now() - Number(minutesAgo) * 60_000
  sessions.set(session, { subject: result.user, session, authTime })
  ctx.cookies.set('session', session)
  ctx.status = 303
  ctx.redirect('/')
})

router.post('/logout', (ctx) => {
  sessions.delete(ctx.cookies.get('session') ?? '')
  ctx.status = 303
  ctx.redirect('/')
})

router.get('/authenticator', (ctx) => {
  ctx.body = { code: shop.codes.current(String(ctx.query['user'])) }
})

new Koa().use(bodyParser()).use(router.routes()).listen(Number(process.env['PORT']), '127.0.0.1')
