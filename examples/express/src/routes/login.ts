// The app's own login: a password, and a session cookie that the guard's `identity` reads.
import { homePage, isFromAnotherSite, loginPage, type Shop } from '@countersign/example-shop'
import { type Request, type Response, Router } from 'express'
import { answer, answerMessage } from '../answer.ts'

export function loginRoutes({ demo, sessions, signIn }: Shop): Router {
  const router = Router()

  router.get('/', async (req, res) => {
    const user = (await sessions.read(req.headers.cookie))?.subject
    answer(req, res, { page: () => homePage({ user, demo }), json: () => ({ user: user ?? null }) })
  })

  router.get('/login', (req, res) => {
    answer(req, res, { page: () => loginPage({ demo }), json: () => ({ post: '/login' }) })
  })

  router.post('/login', ownPagesOnly, async (req, res) => {
    const { user: name, password } = req.body ?? {}
    const result = await signIn({ user: name, password }, req.socket.remoteAddress)
    if (result.ok) {
      res.append('Set-Cookie', (await sessions.start(result.user)).cookie)
      return res.redirect(303, '/account')
    }
    const { status, problem } = result
    if (status === 429) res.set('Retry-After', String(result.retryAfterSeconds))
    res.status(status)
    answer(req, res, { page: () => loginPage({ name, problem, demo }), json: () => ({ problem }) })
  })

  router.post('/logout', ownPagesOnly, async (req, res) => {
    const session = await sessions.read(req.headers.cookie)
    if (session) res.append('Set-Cookie', sessions.end(session))
    res.redirect(303, '/')
  })

  return router
}

function ownPagesOnly(req: Request, res: Response, next: () => void): void {
  if (isFromAnotherSite((name) => req.get(name))) answerMessage(req, res, 403)
  else next()
}
