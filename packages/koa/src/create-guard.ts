// Guards for Koa 3: core decides, this reads the context and writes the reply.
import {
  type ActionName,
  createGuardCore,
  type Decision,
  type GuardCore,
  type GuardOptions,
  type GuardServices,
  type Incoming,
  type OpenChallenge,
  type Proof,
  type Reply,
  type ResourceOf,
  type Targets,
  targetsOf,
} from '@countersign/core'
import { nodePlatform } from '@countersign/node'
import { editReply, readIncoming } from '@countersign/node/http'
import type { Context, Middleware } from 'koa'

export interface Guard extends GuardServices {
  /** Guards by the policy's routes; touches nothing where none matches. */
  (): Middleware
  /** Guards one action. `resource` reads its declared attributes, usually from `ctx.request.body`. */
  <A extends ActionName>(action: A, resource?: (ctx: Context) => ResourceOf<A>): Middleware
  /** What was decided last for this request. */
  decision(ctx: Context): Decision | undefined
  readonly targets: Targets<Context>
  /** Answers the route by which guards on the edge follow this one: `router.get('/countersign/feed', guard.feed())`. */
  feed(): Middleware
  readonly challenge: {
    /** What a challenge page shows; `undefined` where the ticket is not good. On a POST it charges one attempt. */
    open(ctx: Context): Promise<OpenChallenge | undefined>
    /** After the factors were verified: leaves evidence and sets a 303 as the response. */
    complete(ctx: Context, proof: Proof): Promise<void>
    /** After a wrong code: sets 401 with `page`, or with a problem, as the response. */
    fail(ctx: Context, page?: string): Promise<void>
  }
}

/** @throws ConfigurationError where an option, or the policy, is wrong */
export function createGuard(options: GuardOptions<Context>): Guard {
  const core = createGuardCore(options, nodePlatform)
  const { nameAction, check, checkRoutes, answerFeed, ...services } = core

  function guard<A extends ActionName>(
    action?: A,
    resource?: (ctx: Context) => ResourceOf<A>,
  ): Middleware {
    if (action !== undefined) nameAction(action)
    return async function countersign(ctx, next) {
      const incoming = readContext(ctx)
      const checked =
        action === undefined
          ? await checkRoutes(incoming)
          : await check(incoming, action, resource && (() => resource(ctx)))
      if (checked.is === 'refuse' || checked.is === 'preflight') return setReply(ctx, checked.reply)
      // only a page or a proxy may leave a decision to somebody else
      if (checked.is === 'deferred') throw new Error('countersign: undecided')
      if (checked.is === 'proceed') editReply(ctx.res, checked.edits)
      await next()
    }
  }

  return Object.assign(guard, {
    ...services,
    targets: targetsOf(core, readContext),
    feed: () => async (ctx: Context) => setReply(ctx, await answerFeed(readContext(ctx).reader)),
    decision: (ctx: Context) => core.decision(ctx.req),
    challenge: challengeOf(core),
  })
}

function readContext(ctx: Context): Incoming<Context> {
  // an app that is mounted in another may have a context of its own, but never a request of its own
  return { request: ctx, slot: ctx.req, reader: readIncoming(ctx.req, () => ctx.originalUrl) }
}

function setReply(ctx: Context, reply: Reply): void {
  // as the last word: Koa clears all headers when a middleware around the guard throws afterwards
  editReply(ctx.res, reply)
  ctx.status = reply.status
  ctx.body = reply.body?.text ?? ''
  // not ctx.type, which adds a charset to what has none
  if (reply.body === undefined) ctx.remove('content-type')
  else ctx.set('content-type', reply.body.type)
}

function challengeOf(core: GuardCore<Context>): Guard['challenge'] {
  const fields = (ctx: Context) => ({ body: (ctx.request as { readonly body?: unknown }).body })
  return {
    open: (ctx) => core.challenge.open(readContext(ctx), fields(ctx)),
    complete: async (ctx, proof) =>
      setReply(ctx, await core.challenge.complete(readContext(ctx), fields(ctx), proof)),
    fail: async (ctx, page) =>
      setReply(ctx, await core.challenge.fail(readContext(ctx), fields(ctx), page)),
  }
}
