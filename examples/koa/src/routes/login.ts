// The app's own login: a password, and a session cookie that the guard's `identity` reads.
import { homePage, isFromAnotherSite, loginPage, type Shop } from '@countersign/example-shop'
import { Router } from '@koa/router'
import type { Context, Next } from 'koa'
import { answer, answerMessage, redirect } from '../answer.ts'
import { bodyOf } from '../body-of.ts'

export function loginRoutes({ demo, sessions, signIn }: Shop): Router {
  const router = new Router()

  router.get('/', async (ctx) => {
    const user = (await sessions.read(ctx.headers.cookie))?.subject
    answer(ctx, { page: () => homePage({ user, demo }), json: () => ({ user: user ?? null }) })
  })

  router.get('/login', (ctx) => {
    answer(ctx, { page: () => loginPage({ demo }), json: () => ({ post: '/login' }) })
  })

  router.post('/login', ownPagesOnly, async (ctx) => {
    const { user, password } = bodyOf(ctx)
    const result = await signIn({ user, password }, ctx.req.socket.remoteAddress)
    if (result.ok) {
      ctx.append('Set-Cookie', (await sessions.start(result.user)).cookie)
      return redirect(ctx, '/account')
    }
    const { status, problem } = result
    const name = typeof user === 'string' ? user : undefined
    if (status === 429) ctx.set('Retry-After', String(result.retryAfterSeconds))
    ctx.status = status
    answer(ctx, { page: () => loginPage({ name, problem, demo }), json: () => ({ problem }) })
  })

  router.post('/logout', ownPagesOnly, async (ctx) => {
    const session = await sessions.read(ctx.headers.cookie)
    if (session) ctx.append('Set-Cookie', sessions.end(session))
    redirect(ctx, '/')
  })

  return router
}

async function ownPagesOnly(ctx: Context, next: Next): Promise<void> {
  if (isFromAnotherSite((name) => ctx.get(name))) answerMessage(ctx, 403)
  else await next()
}
