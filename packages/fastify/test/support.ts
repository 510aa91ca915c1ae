// A guard in memory, and somebody who is signed in.
import Fastify, {
  type FastifyInstance,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify'
import { onTestFinished } from 'vitest'
import { createGuard, type Guard, type GuardOptions, memoryBackend } from '../src/index.ts'
import { POLICY } from './policy.ts'

export const UNCACHEABLE = 'private, no-store'

export function testOptions(
  options: Partial<GuardOptions<FastifyRequest>> = {},
): GuardOptions<FastifyRequest> {
  return {
    identity: () => ({ subject: 'alice', session: 's1', authTime: Date.now(), acr: 'aal1' }),
    policy: POLICY,
    backend: memoryBackend(),
    logger: { info() {}, warn() {}, error() {} },
    ...options,
  }
}

export function testGuard(options: Partial<GuardOptions<FastifyRequest>> = {}): Guard {
  const guard = createGuard(testOptions(options))
  onTestFinished(() => guard.close())
  return guard
}

export function testApp(options: FastifyServerOptions = {}): FastifyInstance {
  const app = Fastify(options)
  onTestFinished(() => app.close())
  return app
}
