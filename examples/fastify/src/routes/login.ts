// The app's own login: a password, and a session cookie that the guard's `identity` reads.
import { homePage, isFromAnotherSite, loginPage, type Shop } from '@countersign/example-shop'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { answer, answerMessage, headersOf } from '../answer.ts'
import { bodyOf } from '../body-of.ts'

export function loginRoutes(app: FastifyInstance, { demo, sessions, signIn }: Shop): void {
  app.get('/', async (req, reply) => {
    const user = (await sessions.read(req.headers.cookie))?.subject
    return answer(req, reply, {
      page: () => homePage({ user, demo }),
      json: () => ({ user: user ?? null }),
    })
  })

  app.get('/login', (req, reply) =>
    answer(req, reply, { page: () => loginPage({ demo }), json: () => ({ post: '/login' }) }),
  )

  app.post('/login', { preHandler: ownPagesOnly }, async (req, reply) => {
    const { user, password } = bodyOf(req)
    const result = await signIn({ user, password }, req.socket.remoteAddress)
    if (result.ok) {
      reply.header('Set-Cookie', (await sessions.start(result.user)).cookie)
      return reply.redirect('/account', 303)
    }
    const { status, problem } = result
    const name = typeof user === 'string' ? user : undefined
    if (status === 429) reply.header('Retry-After', String(result.retryAfterSeconds))
    reply.code(status)
    return answer(req, reply, {
      page: () => loginPage({ name, problem, demo }),
      json: () => ({ problem }),
    })
  })

  app.post('/logout', { preHandler: ownPagesOnly }, async (req, reply) => {
    const session = await sessions.read(req.headers.cookie)
    if (session) reply.header('Set-Cookie', sessions.end(session))
    return reply.redirect('/', 303)
  })
}

async function ownPagesOnly(req: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  return isFromAnotherSite(headersOf(req)) ? answerMessage(req, reply, 403) : undefined
}
