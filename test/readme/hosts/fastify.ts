// What a Fastify app has before it has a guard: a session cookie of its own, a login, one-time codes, and a form for them.
import { randomUUID } from 'node:crypto'
import { openShop } from '@countersign/example-shop'
import type { Identity, OpenChallenge } from '@countersign/fastify'
import formbody from '@fastify/formbody'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'

const shop = openShop({ ...process.env, COUNTERSIGN_DEMO: '1' })
const sessions = new Map<string, Identity>()

export const port: number = Number(process.env['PORT'])
export const app: FastifyInstance = Fastify()

export function readIdentity(req: FastifyRequest): Identity | undefined {
  return sessions.get(sessionOf(req))
}

export function checkCode(subject: string, code: unknown): boolean {
  return shop.codes.spend(subject, code)
}

export function stepUpPage(challenge: OpenChallenge | undefined, problem = ''): string {
  return `${problem}<form method="post"><input name="ticket" value="${challenge?.ticket}"><input name="code"></form>`
}

app.register(formbody)

/** `minutesAgo` makes a login as old as the test needs it. */
app.post('/login', async (req, reply) => {
  const { user, password, minutesAgo = 0 } = req.body as Record<string, unknown>
  const result = await shop.signIn({ user, password }, req.ip)
  if (!result.ok) return reply.code(result.status).send(result.problem)
  const session = randomUUID()
  const authTime = Date.now() - Number(minutesAgo) * 60_000
  sessions.set(session, { subject: result.user, session, authTime })
  return reply.header('set-cookie', `session=${session}`).redirect('/', 303)
})

app.post('/logout', async (req, reply) => {
  sessions.delete(sessionOf(req))
  return reply.redirect('/', 303)
})

app.get('/authenticator', async (req) => {
  const { user } = req.query as { readonly user?: string }
  return { code: shop.codes.current(String(user)) }
})

function sessionOf(req: FastifyRequest): string {
  return /(?:^|; )session=([\w-]+)/.exec(req.headers.cookie ?? '')?.[1] ?? ''
}
