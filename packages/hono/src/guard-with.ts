// Guards for Hono on any runtime: core decides, this reads the context and writes the reply.
import {
  type ActionName,
  createGuardCore,
  type Decision,
  type GuardCore,
  type GuardOptions,
  type GuardServices,
  type OpenChallenge,
  type Platform,
  type Proof,
  type Reply,
  type ResourceOf,
  type Targets,
  targetsOf,
} from '@countersign/core'
import type { Context, MiddlewareHandler } from 'hono'
import type { StatusCode } from 'hono/utils/http-status'
import { editContext, type LastWord } from './edit-context.ts'
import { readContext, slotOf } from './read-context.ts'
import { readForm } from './read-form.ts'

export interface Guard extends GuardServices {
  /** Guards by the policy's routes; touches nothing where none matches. */
  (): MiddlewareHandler
  /** Guards one action. `resource` reads its declared attributes, usually from `c.req.parseBody()` or `c.req.json()`. */
  <A extends ActionName>(
    action: A,
    resource?: (c: Context) => ResourceOf<A> | Promise<ResourceOf<A>>,
  ): MiddlewareHandler
  /** What was decided last for this request. */
  decision(c: Context): Decision | undefined
  readonly targets: Targets<Context>
  /** Answers the route by which guards on the edge follow this one: `app.get('/countersign/feed', guard.feed())`. */
  feed(): (c: Context) => Promise<Response>
  readonly challenge: {
    /** What a challenge page shows; `undefined` where the ticket is not good. On a POST it charges one attempt. */
    open(c: Context): Promise<OpenChallenge | undefined>
    /** After the factors were verified: leaves evidence and answers 303, with what was set by `c.header` before. */
    complete(c: Context, proof: Proof): Promise<Response>
    /** After a wrong code: answers 401 with `page`, or with a problem. */
    fail(c: Context, page?: string): Promise<Response>
  }
}

/** @throws ConfigurationError where an option, or the policy, is wrong */
export function guardWith(
  options: GuardOptions<Context>,
  platform: Platform,
  lastWord: LastWord,
): Guard {
  const core = createGuardCore(options, platform)
  const { nameAction, check, checkRoutes, answerFeed, ...services } = core

  function guard<A extends ActionName>(
    action?: A,
    resource?: (c: Context) => ResourceOf<A> | Promise<ResourceOf<A>>,
  ): MiddlewareHandler {
    if (action !== undefined) nameAction(action)
    return async function countersign(c, next) {
      const incoming = readContext(c)
      const checked =
        action === undefined
          ? await checkRoutes(incoming)
          : await check(incoming, action, resource && (() => resource(c)))
      if (checked.is === 'refuse' || checked.is === 'preflight') return answer(c, checked.reply)
      // only a page or a proxy may leave a decision to somebody else
      if (checked.is === 'deferred') throw new Error('countersign: undecided')
      const edits = checked.is === 'proceed' ? lastWord(c, checked.edits) : undefined
      await next()
      // afterwards: what the handler says of caching does not undo it (T38)
      if (edits !== undefined) editContext(c, edits)
      return undefined
    }
  }

  function answer(c: Context, reply: Reply): Response {
    // in place, before there is a response: Hono copies the headers that are there over those of a new one
    editContext(c, lastWord(c, reply))
    c.header('content-type', reply.body?.type)
    return c.newResponse(reply.body?.text ?? null, reply.status as StatusCode)
  }

  return Object.assign(guard, {
    ...services,
    targets: targetsOf(core, readContext),
    feed: () => async (c: Context) => answer(c, await answerFeed(readContext(c).reader)),
    decision: (c: Context) => core.decision(slotOf(c)),
    challenge: challengeOf(core, answer),
  })
}

function challengeOf(
  core: GuardCore<Context>,
  answer: (c: Context, reply: Reply) => Response,
): Guard['challenge'] {
  const fields = async (c: Context) => ({ body: await readForm(c) })
  return {
    open: async (c) => core.challenge.open(readContext(c), await fields(c)),
    complete: async (c, proof) =>
      answer(c, await core.challenge.complete(readContext(c), await fields(c), proof)),
    fail: async (c, page) =>
      answer(c, await core.challenge.fail(readContext(c), await fields(c), page)),
  }
}
