// The guard as a plugin of Fastify's: made at `register`, ready before the app listens, closed with it.
import type { GuardOptions } from '@countersign/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { createGuard, type Guard } from './create-guard.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The guard of `app.register(countersign, options)`. */
    countersign: Guard
  }
}

/**
 * Adds `app.countersign`, which is the guard, for the whole app wherever it is registered.
 *
 * @throws ConfigurationError where an option, or the policy, is wrong
 * @example
 * await app.register(countersign, { identity, challengePath: '/step-up' })
 * app.post('/transfer', { preHandler: app.countersign('transfer.create', (req) => req.body) }, transfer)
 */
export const countersign: (
  app: FastifyInstance,
  options: GuardOptions<FastifyRequest>,
) => Promise<void> = Object.assign(registerGuard, {
  // as fastify-plugin does it: not for what is registered below it alone
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: '@countersign/fastify',
})

async function registerGuard(
  app: FastifyInstance,
  options: GuardOptions<FastifyRequest>,
): Promise<void> {
  const guard = createGuard(options)
  app.decorate('countersign', guard)
  app.addHook('onReady', () => guard.ready())
  app.addHook('onClose', () => guard.close())
}
