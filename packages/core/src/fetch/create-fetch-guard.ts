// Guards for whatever takes a Request and returns a Response: workers, Bun, Deno, routers without a framework.
import type { Decision } from '../decide/decision.ts'
import type { ActionName, ResourceOf } from '../guard/action-types.ts'
import type { Checked, Incoming } from '../guard/checked.ts'
import { createGuardCore } from '../guard/create-guard-core.ts'
import type { GuardServices } from '../guard/create-guard-services.ts'
import type { GuardOptions, Platform } from '../guard/guard-options.ts'
import { type Targets, targetsOf } from '../guard/targets-of.ts'
import { webPlatform } from '../guard/web-platform.ts'
import { type FetchChallenge, fetchChallenge } from './fetch-challenge.ts'
import { readFetchRequest } from './read-fetch-request.ts'
import { editResponse, toResponse } from './write-response.ts'

/** `Rest`: what a runtime hands over beside the request, as workers do with `env` and `ctx`. */
export type FetchHandler<Rest extends unknown[]> = (
  req: Request,
  ...rest: Rest
) => Response | Promise<Response>

export type GuardedHandler<Rest extends unknown[]> = (
  req: Request,
  ...rest: Rest
) => Promise<Response>

export interface FetchGuard extends GuardServices {
  /** Guards by the policy's routes; where none matches, the handler answers untouched. */
  routes<Rest extends unknown[]>(handler: FetchHandler<Rest>): GuardedHandler<Rest>
  /** Guards one action. */
  route<A extends ActionName, Rest extends unknown[]>(
    action: A,
    handler: FetchHandler<Rest>,
    options?: {
      /** Reads the action's declared attributes; a body through `req.clone()`, for the handler reads it too. */
      readonly resource: (req: Request, ...rest: Rest) => ResourceOf<A> | Promise<ResourceOf<A>>
    },
  ): GuardedHandler<Rest>
  /** What was decided last for this request. */
  decision(req: Request): Decision | undefined
  readonly targets: Targets<Request>
  /** Answers the route by which guards on the edge follow this one. */
  feed(req: Request): Promise<Response>
  readonly challenge: FetchChallenge
}

/**
 * Guards inside guards share one decision where they are handed the same `Request` object. The peer's address is unknown
 * without `trustProxy`.
 *
 * @param platform with `nodePlatform` of @countersign/node policies are compiled, and state is kept in files; without it
 * the policy comes compiled, and `backend` is needed
 * @throws ConfigurationError where an option, or the policy, is wrong
 */
export function createFetchGuard(
  options: GuardOptions<Request>,
  platform: Platform = webPlatform,
): FetchGuard {
  const core = createGuardCore(options, platform)
  const { nameAction, check, checkRoutes, answerFeed, ...services } = core
  return {
    ...services,
    routes: (handler) =>
      async function countersign(req, ...rest) {
        return await goOn(await checkRoutes(readRequest(req)), () => handler(req, ...rest))
      },
    route(action, handler, options) {
      nameAction(action)
      return async function countersign(req, ...rest) {
        const resource = options && (() => options.resource(req, ...rest))
        const checked = await check(readRequest(req), action, resource)
        return await goOn(checked, () => handler(req, ...rest))
      }
    },
    targets: targetsOf(core, readRequest),
    feed: async (req) => toResponse(await answerFeed(readFetchRequest(req))),
    challenge: fetchChallenge(core, readRequest),
  }
}

function readRequest(req: Request): Incoming<Request> {
  return { request: req, slot: req, reader: readFetchRequest(req) }
}

async function goOn(
  checked: Checked,
  handle: () => Response | Promise<Response>,
): Promise<Response> {
  if (checked.is === 'refuse' || checked.is === 'preflight') return toResponse(checked.reply)
  // only a page or a proxy may leave a decision to somebody else
  if (checked.is === 'deferred') throw new Error('countersign: undecided')
  const response = await handle()
  return checked.is === 'proceed' ? editResponse(response, checked.edits) : response
}
