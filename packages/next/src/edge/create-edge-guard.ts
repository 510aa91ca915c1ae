// For middleware.ts on the edge runtime: looks at identity alone, by the policy's routes, and forwards the rest.
import {
  assertCompiled,
  type CompiledPolicy,
  type GuardOptions,
  isPreflight,
  parseGuardOptions,
  prepareRoutes,
  problemReply,
  signInReply,
} from '@countersign/core'
import { type NextInput, readRequest } from '../read-request.ts'
import { toEarlyResponse } from '../to-early-response.ts'

export interface EdgeGuardOptions
  extends Pick<
    GuardOptions<NextInput>,
    | 'identity'
    | 'loginPath'
    | 'logoutPath'
    | 'challengePath'
    | 'publicOrigin'
    | 'trustProxy'
    | 'logger'
  > {
  /** Compiled, for nothing is compiled on the edge: `compilePolicy` of @countersign/policy wrote it, as JSON. */
  readonly policy: CompiledPolicy
}

/** A refusal, or `undefined`: Next goes on then. */
export type EdgeGuard = (req: Request) => Promise<Response | undefined>

/**
 * Where a route of the policy matches and nobody is signed in, it refuses. It knows no devices, evidence or opt-outs,
 * so that whoever is signed in goes on to the guards of handlers, actions and pages, which are the boundary (T31).
 *
 * @throws ConfigurationError
 * @example
 * export const middleware = createEdgeGuard({ policy, identity, loginPath: '/login' })
 */
export function createEdgeGuard({ policy, ...options }: EdgeGuardOptions): EdgeGuard {
  const { config, identify, logger } = parseGuardOptions(options)
  assertCompiled(policy)
  const { challengePath, loginPath, logoutPath } = config
  const own = [challengePath, loginPath, logoutPath].filter((path) => path !== undefined)
  const match = prepareRoutes(policy.routes, own)

  return async function countersign(req) {
    const { request, reader } = readRequest(req)
    const matched = match(reader.method(), reader.target())
    if (matched.is === 'none') return undefined
    // the app's own CORS is behind this
    if (isPreflight(reader)) return undefined
    const decision = crypto.randomUUID()
    // an unreadable target may mean any route
    if (matched.is === 'undetermined')
      return toEarlyResponse(problemReply(reader, 'unavailable', [], { decision }), req)
    const asking = await identify(request, reader)
    if (asking.is === 'known') return undefined
    if (asking.is === 'nobody')
      return toEarlyResponse(signInReply(config, reader, [], { decision }), req)
    logger.error({ err: asking.why, decision }, 'the identity could not be read')
    return toEarlyResponse(problemReply(reader, 'unavailable', [], { decision }), req)
  }
}
