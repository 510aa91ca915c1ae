// A person's passkeys: made and removed with a fresh step-up only, for whoever adds a factor has the account.
import { type PasskeyUse, passkeyPage, type Shop } from '@countersign/example-shop'
import type { Guard } from '@countersign/fastify'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { answer, answerMessage } from '../answer.ts'
import { bodyOf } from '../body-of.ts'

export function passkeyRoutes(
  app: FastifyInstance,
  { sessions, passkeys }: Shop,
  guard: Guard,
  origin: string,
): void {
  const mayAdd = { preHandler: guard('passkey.add') }
  const mayRemove = { preHandler: guard('passkey.remove') }

  app.get('/passkeys/new', mayAdd, async (req, reply) => offer(req, reply, await useOf(req)))

  app.post('/passkeys', mayAdd, async (req, reply) => {
    const use = await useOf(req)
    if (!(await passkeys.add(use, bodyOf(req)['passkey'])))
      return offer(req, reply.code(400), use, 'not_added')
    // all that was trusted and proved before has ended
    await guard.credentialChanged(use.user, 'factor-added')
    return reply.redirect('/devices', 303)
  })

  app.post<{ Params: { id: string } }>('/passkeys/:id/remove', mayRemove, async (req, reply) => {
    const { user } = await useOf(req)
    if (!passkeys.remove(user, req.params.id)) return answerMessage(req, reply, 404)
    await guard.credentialChanged(user, 'factor-removed')
    return reply.redirect('/devices', 303)
  })

  async function offer(
    req: FastifyRequest,
    reply: FastifyReply,
    use: PasskeyUse,
    problem?: 'not_added',
  ): Promise<FastifyReply> {
    const options = await passkeys.offer(use)
    return answer(req, reply, {
      page: () => passkeyPage({ user: use.user, offer: options, problem }),
      json: () => ({ offer: options, problem }),
    })
  }

  /** Behind a guard there is always a session. */
  async function useOf(req: FastifyRequest): Promise<PasskeyUse> {
    const session = await sessions.read(req.headers.cookie)
    if (session === undefined) throw new Error('This handler is not guarded.')
    return { user: session.subject, boundTo: session.session, origin }
  }
}
