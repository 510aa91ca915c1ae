// Guards a route handler.
import {
  type ActionName,
  editResponse,
  type GuardCore,
  type Proceed,
  type ResourceOf,
  toResponse,
} from '@countersign/core'
import { keepCookies } from './keep-cookies.ts'
import { type NextInput, readRequest } from './read-request.ts'
import { readResource } from './read-resource.ts'
import { refusalOf } from './refusal-of.ts'

/** What a guarded handler gets beside Next's own `params`. */
export interface Decided {
  readonly decision: Proceed
}

export type GuardRoute = <A extends ActionName, C, R extends Request = Request>(
  action: A,
  handler: (req: R, ctx: C & Decided) => Response | Promise<Response>,
  options?: {
    /** Reads the action's declared attributes; a body through `req.clone()`, for the handler reads it too. */
    readonly resource: (req: R, ctx: C) => ResourceOf<A> | Promise<ResourceOf<A>>
  },
) => (req: R, ctx: Omit<C, 'decision'>) => Promise<Response>

export function guardRoute(core: GuardCore<NextInput>): GuardRoute {
  return function route<A extends ActionName, C, R extends Request>(
    action: A,
    handler: (req: R, ctx: C & Decided) => Response | Promise<Response>,
    options?: { readonly resource: (req: R, ctx: C) => ResourceOf<A> | Promise<ResourceOf<A>> },
  ) {
    core.nameAction(action)
    return async function countersign(req: R, given: Omit<C, 'decision'>) {
      const incoming = readRequest(req)
      const ctx = given as C
      const resource = await readResource(options && (() => options.resource(req, ctx)))
      const checked = await core.check(incoming, action, resource)
      if (checked.is === 'preflight') return toResponse(checked.reply)
      if (checked.is !== 'proceed') return toResponse(refusalOf(checked).reply)
      const { decision, edits } = checked
      try {
        return editResponse(await handler(req, { ...ctx, decision }), edits)
      } catch (thrown) {
        // `redirect()` is thrown: a device that was bound must not lose its cookie by it
        await keepCookies(edits.cookies).catch(() => undefined)
        throw thrown
      }
    }
  }
}
