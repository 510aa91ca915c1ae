// For middleware.ts on the edge runtime: refuses by the policy's routes what needs no store and no log, and forwards the rest.
import {
  assertCompiled,
  type CompiledPolicy,
  type EdgeCoreOptions,
  type GuardOptions,
  isPreflight,
  parseGuardOptions,
  prepareRoutes,
  problemReply,
  signInReply,
} from '@countersign/core'
import { type NextInput, readRequest } from '../read-request.ts'
import { toEarlyResponse } from '../to-early-response.ts'
import type { EdgeFeed, FollowingEdgeGuard } from './http-feed.ts'

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

export interface FollowingEdgeGuardOptions extends EdgeCoreOptions<NextInput> {
  /** Where the state comes from: `httpFeed({ url })`. */
  readonly feed: EdgeFeed
}

/** A refusal, or `undefined`: Next goes on then. */
export type EdgeGuard = (req: Request) => Promise<Response | undefined>

/**
 * With a `policy`: where a route of it matches and nobody is signed in, it refuses. With a `feed`: it knows the policy in force
 * and all that was taken back, and refuses what is certain: a denial, or a step-up that no opt-out could waive. A feed that was
 * not heard for `maxStaleness` leaves no opt-out to hope for. All else goes on to the guards of handlers, actions and pages,
 * which are the boundary (T31).
 *
 * @throws ConfigurationError
 * @example
 * export const middleware = createEdgeGuard({ policy, identity, loginPath: '/login' })
 */
export function createEdgeGuard(options: EdgeGuardOptions): EdgeGuard
export function createEdgeGuard(options: FollowingEdgeGuardOptions): FollowingEdgeGuard
export function createEdgeGuard(options: EdgeGuardOptions | FollowingEdgeGuardOptions): EdgeGuard {
  if ('feed' in options) return options.feed.guardWith(options)
  const { policy, ...rest } = options
  const { config, identify, logger } = parseGuardOptions(rest)
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
