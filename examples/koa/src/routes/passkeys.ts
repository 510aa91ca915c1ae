// A person's passkeys: made and removed with a fresh step-up only, for whoever adds a factor has the account.
import { type PasskeyUse, passkeyPage, type Shop } from '@countersign/example-shop'
import type { Guard } from '@countersign/koa'
import { Router } from '@koa/router'
import type { Context } from 'koa'
import { answer, answerMessage, redirect } from '../answer.ts'
import { bodyOf } from '../body-of.ts'

export function passkeyRoutes({ sessions, passkeys }: Shop, guard: Guard, origin: string): Router {
  const router = new Router()

  router.get('/passkeys/new', guard('passkey.add'), async (ctx) => {
    await offer(ctx, await useOf(ctx))
  })

  router.post('/passkeys', guard('passkey.add'), async (ctx) => {
    const use = await useOf(ctx)
    if (!(await passkeys.add(use, bodyOf(ctx)['passkey']))) {
      ctx.status = 400
      return offer(ctx, use, 'not_added')
    }
    // all that was trusted and proved before has ended
    await guard.credentialChanged(use.user, 'factor-added')
    redirect(ctx, '/devices')
  })

  router.post('/passkeys/:id/remove', guard('passkey.remove'), async (ctx) => {
    const { user } = await useOf(ctx)
    if (!passkeys.remove(user, ctx['params'].id ?? '')) return answerMessage(ctx, 404)
    await guard.credentialChanged(user, 'factor-removed')
    redirect(ctx, '/devices')
  })

  async function offer(ctx: Context, use: PasskeyUse, problem?: 'not_added'): Promise<void> {
    const options = await passkeys.offer(use)
    answer(ctx, {
      page: () => passkeyPage({ user: use.user, offer: options, problem }),
      json: () => ({ offer: options, problem }),
    })
  }

  /** Behind a guard there is always a session. */
  async function useOf(ctx: Context): Promise<PasskeyUse> {
    const session = await sessions.read(ctx.headers.cookie)
    if (session === undefined) throw new Error('This handler is not guarded.')
    return { user: session.subject, boundTo: session.session, origin }
  }

  return router
}
