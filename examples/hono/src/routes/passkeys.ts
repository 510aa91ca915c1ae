// A person's passkeys: made and removed with a fresh step-up only, for whoever adds a factor has the account.
import { type PasskeyUse, passkeyPage, type Shop } from '@countersign/example-shop'
import type { Guard } from '@countersign/hono'
import { type Context, Hono } from 'hono'
import { answer, answerMessage } from '../answer.ts'
import { bodyOf } from '../body-of.ts'

export function passkeyRoutes({ sessions, passkeys }: Shop, guard: Guard, origin: string): Hono {
  const router = new Hono()

  router.get('/passkeys/new', guard('passkey.add'), async (c) => offer(c, await useOf(c)))

  router.post('/passkeys', guard('passkey.add'), async (c) => {
    const use = await useOf(c)
    const { passkey } = await bodyOf(c)
    if (!(await passkeys.add(use, passkey))) {
      c.status(400)
      return offer(c, use, 'not_added')
    }
    // all that was trusted and proved before has ended
    await guard.credentialChanged(use.user, 'factor-added')
    return c.redirect('/devices', 303)
  })

  router.post('/passkeys/:id/remove', guard('passkey.remove'), async (c) => {
    const { user } = await useOf(c)
    if (!passkeys.remove(user, c.req.param('id'))) return answerMessage(c, 404)
    await guard.credentialChanged(user, 'factor-removed')
    return c.redirect('/devices', 303)
  })

  async function offer(c: Context, use: PasskeyUse, problem?: 'not_added'): Promise<Response> {
    const options = await passkeys.offer(use)
    return answer(c, {
      page: () => passkeyPage({ user: use.user, offer: options, problem }),
      json: () => ({ offer: options, problem }),
    })
  }

  /** Behind a guard there is always a session. */
  async function useOf(c: Context): Promise<PasskeyUse> {
    const session = await sessions.read(c.req.header('cookie'))
    if (session === undefined) throw new Error('This handler is not guarded.')
    return { user: session.subject, boundTo: session.session, origin }
  }

  return router
}
