// The browsers that a person chose to remember: one's own, and only behind the login.
import { devicesPage, isFromAnotherSite, type Shop } from '@countersign/example-shop'
import type { Guard } from '@countersign/fastify'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { answer, answerMessage, asksForPage, headersOf } from '../answer.ts'

export function deviceRoutes(
  app: FastifyInstance,
  { sessions, passkeys: keys }: Shop,
  guard: Guard,
): void {
  app.get('/devices', async (req, reply) => {
    const user = await signedIn(req)
    if (user === undefined) return askToSignIn(req, reply)
    const devices = await guard.devices.list(user)
    const passkeys = keys.list(user)
    return answer(req, reply, {
      page: () => devicesPage({ user, devices, passkeys }),
      json: () => ({ devices, passkeys }),
    })
  })

  app.post<{ Params: { id: string } }>('/devices/:id/revoke', async (req, reply) => {
    if (isFromAnotherSite(headersOf(req))) return answerMessage(req, reply, 403)
    const user = await signedIn(req)
    if (user === undefined) return askToSignIn(req, reply)
    await guard.devices.revoke(user, req.params.id)
    return reply.redirect('/devices', 303)
  })

  async function signedIn(req: FastifyRequest): Promise<string | undefined> {
    return (await sessions.read(req.headers.cookie))?.subject
  }
}

function askToSignIn(req: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (asksForPage(req)) return reply.redirect('/login', 303)
  return reply.code(401).send({ title: 'Please sign in.' })
}
