// What a Hono app has before it has a guard: a session cookie of its own, a login, one-time codes, and a form for them.
import { randomUUID } from 'node:crypto'
import { openShop } from '@countersign/example-shop'
import type { Identity, OpenChallenge } from '@countersign/hono'
import { serve } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'

const shop = openShop({ ...process.env, COUNTERSIGN_DEMO: '1' })
const sessions = new Map<string, Identity>()

export const app: Hono = new Hono()

export function readIdentity(c: Context): Identity | undefined {
  return sessions.get(getCookie(c, 'session') ?? '')
}

/** The form or JSON that came. */
export async function bodyOf(c: Context): Promise<Record<string, unknown>> {
  const isJson = c.req.header('content-type') === 'application/json'
  return isJson ? await c.req.json() : await c.req.parseBody()
}

export function checkCode(subject: string, code: unknown): boolean {
  return shop.codes.spend(subject, code)
}

export function stepUpPage(challenge: OpenChallenge | undefined, problem = ''): string {
  return `${problem}<form method="post"><input name="ticket" value="${challenge?.ticket}"><input name="code"></form>`
}

/** `minutesAgo` makes a login as old as the test needs it. */
app.post('/login', async (c) => {
  const { user, password, minutesAgo = 0 } = await bodyOf(c)
  const result = await shop.signIn({ user, password }, 'localhost')
  if (!result.ok) return c.text(result.problem, result.status)
  const session = randomUUID()
  const authTime = Date.now() - Number(minutesAgo) * 60_000
  sessions.set(session, { subject: result.user, session, authTime })
  setCookie(c, 'session', session)
  return c.redirect('/', 303)
})

app.post('/logout', (c) => {
  sessions.delete(deleteCookie(c, 'session') ?? '')
  return c.redirect('/', 303)
})

app.get('/authenticator', (c) => c.json({ code: shop.codes.current(String(c.req.query('user'))) }))

// it hands over requests from the first one on: the routes of a block are there by then
serve({ fetch: (req, env) => app.fetch(req, env), port: Number(process.env['PORT']) })
