// The app's own login: a password, and a session cookie that the guard's `identity` reads.
import { homePage, isFromAnotherSite, loginPage, type Shop } from '@countersign/example-shop'
import { type Context, Hono, type Next } from 'hono'
import { answer, answerMessage } from '../answer.ts'
import { bodyOf } from '../body-of.ts'
import { peerOf } from '../peer-of.ts'

export function loginRoutes({ demo, sessions, signIn }: Shop): Hono {
  const router = new Hono()

  router.get('/', async (c) => {
    const user = (await sessions.read(c.req.header('cookie')))?.subject
    return answer(c, {
      page: () => homePage({ user, demo }),
      json: () => ({ user: user ?? null }),
    })
  })

  router.get('/login', (c) =>
    answer(c, { page: () => loginPage({ demo }), json: () => ({ post: '/login' }) }),
  )

  router.post('/login', ownPagesOnly, async (c) => {
    const { user, password } = await bodyOf(c)
    const result = await signIn({ user, password }, peerOf(c))
    if (result.ok) {
      c.header('Set-Cookie', (await sessions.start(result.user)).cookie)
      return c.redirect('/account', 303)
    }
    const { status, problem } = result
    const name = typeof user === 'string' ? user : undefined
    if (status === 429) c.header('Retry-After', String(result.retryAfterSeconds))
    c.status(status)
    return answer(c, {
      page: () => loginPage({ name, problem, demo }),
      json: () => ({ problem }),
    })
  })

  router.post('/logout', ownPagesOnly, async (c) => {
    const session = await sessions.read(c.req.header('cookie'))
    if (session) c.header('Set-Cookie', sessions.end(session))
    return c.redirect('/', 303)
  })

  return router
}

async function ownPagesOnly(c: Context, next: Next): Promise<Response | undefined> {
  if (isFromAnotherSite((name) => c.req.header(name))) return answerMessage(c, 403)
  await next()
  return undefined
}
