// Guards for Next.js: core decides, this reads what Next tells of a request and answers as Next lets it.
import {
  ConfigurationError,
  canonicalPath,
  createGuardCore,
  type Decision,
  describeValue,
  type FetchChallenge,
  fetchChallenge,
  type GuardOptions,
  type GuardServices,
  parseGuardOptions,
  type Targets,
  targetsOf,
  toResponse,
} from '@countersign/core'
import { nodePlatform } from '@countersign/node'
import { type GuardAction, guardAction } from './guard-action.ts'
import { type GuardPage, guardPage } from './guard-page.ts'
import { type GuardProxy, guardProxy } from './guard-proxy.ts'
import { type GuardRoute, guardRoute } from './guard-route.ts'
import { createHandOvers } from './hand-over.ts'
import { type PageHandlers, pageHandlers } from './page-handlers.ts'
import { type NextInput, readRequest } from './read-request.ts'
import { tellIgnoredProxy } from './tell-ignored-proxy.ts'

export interface NextGuardOptions extends GuardOptions<NextInput> {
  /** Where `guard.handlers` is mounted, as `/countersign`: guarded pages send people there and back. Needed by `guard.page` alone. */
  readonly handlerPath?: string | undefined
}

export interface Guard extends GuardServices {
  /** Guards a route handler, which gets `decision` beside its params. The reply to a refusal is core's. */
  readonly route: GuardRoute
  /** Guards a server action; a refusal is returned as `{ refused }`. */
  readonly action: GuardAction
  /** Guards a page, which gets `decision` beside its props. Needs `handlerPath`. */
  readonly page: GuardPage
  /** For proxy.ts: guards by the policy's routes, and forwards whatever an opt-out might still answer. */
  readonly proxy: GuardProxy
  /** For the route.ts at `handlerPath`: `export const { GET } = guard.handlers`. */
  readonly handlers: PageHandlers
  /** What was decided last for this request: a handler's `Request`, in actions and pages `await headers()`. */
  decision(request: Request | Headers): Decision | undefined
  readonly targets: Targets<Request>
  /** For a route.ts, by which guards on the edge follow this one: `export const GET = guard.feed`. */
  readonly feed: (req: Request) => Promise<Response>
  readonly challenge: FetchChallenge
}

/**
 * Nothing is opened before the first request, so that `next build` touches no data.
 *
 * @throws ConfigurationError where an option, or the policy, is wrong
 */
export function createGuard(options: NextGuardOptions): Guard {
  const { handlerPath, ...forCore } = options
  const { config, secrets, logger } = parseGuardOptions(forCore)
  tellIgnoredProxy(process.cwd(), logger)
  const core = createGuardCore(forCore, nodePlatform)
  const handOvers =
    handlerPath === undefined ? undefined : createHandOvers(readHandlerPath(handlerPath), secrets)

  const { devices, operator, credentialChanged, sessionEnded, signal, heardFrom, storage } = core
  const { records, feedback, ready, health, close } = core
  return {
    ...{ devices, operator, credentialChanged, sessionEnded, signal, heardFrom, storage },
    ...{ records, feedback, ready, health, close },
    route: guardRoute(core),
    action: guardAction(core),
    page: guardPage(core, handOvers),
    proxy: guardProxy(core),
    get handlers() {
      if (handOvers === undefined) throw handlerPathError(handlerPath)
      return pageHandlers(core, handOvers, config)
    },
    decision: (request) => core.decision(request),
    targets: targetsOf(core, readRequest),
    feed: async (req) => toResponse(await core.answerFeed(readRequest(req).reader)),
    challenge: fetchChallenge(core, readRequest),
  }
}

function readHandlerPath(path: string): string {
  if (/^\/(?!\/)[\w\-./~]*$/.test(path) && canonicalPath(path) !== undefined) return path
  throw handlerPathError(path)
}

function handlerPathError(got: unknown): ConfigurationError {
  return new ConfigurationError({
    code: 'path_malformed',
    path: 'handlerPath',
    problem: 'must be the path at which guard.handlers is mounted',
    got: describeValue(got),
    fix: "Write handlerPath: '/countersign', and in app/countersign/route.ts: export const { GET } = guard.handlers.",
  })
}
