// Guards for Fastify 5: core decides, this reads the request and writes the reply.
import {
  type ActionName,
  type Checked,
  createGuardCore,
  type Decision,
  type GuardCore,
  type GuardOptions,
  type GuardServices,
  type Incoming,
  type OpenChallenge,
  type Proof,
  type ResourceOf,
  type Targets,
  targetsOf,
} from '@countersign/core'
import { nodePlatform } from '@countersign/node'
import { editReply, readIncoming } from '@countersign/node/http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendReply } from './send-reply.ts'

/** Fits `onRequest` and all hooks up to `preHandler`; where a body is read, `preValidation` and `preHandler`. */
export type GuardHook = (
  req: FastifyRequest,
  reply: FastifyReply,
  done: (error?: Error) => void,
) => void

export interface Guard extends GuardServices {
  /** Guards by the policy's routes; touches nothing where none matches. */
  (): GuardHook
  /** Guards one action. `resource` reads its declared attributes, usually from the body. */
  <A extends ActionName>(
    action: A,
    resource?: (req: AnyRequest) => ResourceOf<A> | Promise<ResourceOf<A>>,
  ): GuardHook
  /** What was decided last for this request. */
  decision(req: FastifyRequest): Decision | undefined
  readonly targets: Targets<FastifyRequest>
  /** Answers the route by which guards on the edge follow this one: `app.get('/countersign/feed', guard.feed())`. */
  feed(): (req: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>
  readonly challenge: {
    /** What a challenge page shows; `undefined` where the ticket is not good. On a POST it charges one attempt. */
    open(req: FastifyRequest): Promise<OpenChallenge | undefined>
    /** After the factors were verified: leaves evidence and answers 303. Resolves once the reply is sent. */
    complete(req: FastifyRequest, reply: FastifyReply, proof: Proof): Promise<void>
    /** After a wrong code: answers 401 with `page`, or with a problem. Resolves once the reply is sent. */
    fail(req: FastifyRequest, reply: FastifyReply, page?: string): Promise<void>
  }
}

/** Of any route: what is in it is for the policy to say. */
export type AnyRequest = FastifyRequest & {
  // biome-ignore lint/suspicious/noExplicitAny: as Express and Koa have it
  readonly body: any
  // biome-ignore lint/suspicious/noExplicitAny: the same
  readonly params: any
  // biome-ignore lint/suspicious/noExplicitAny: the same
  readonly query: any
}

/** @throws ConfigurationError where an option, or the policy, is wrong */
export function createGuard(options: GuardOptions<FastifyRequest>): Guard {
  const core = createGuardCore(options, nodePlatform)
  const { nameAction, check, answerFeed, ...services } = core

  function guard<A extends ActionName>(
    action?: A,
    resource?: (req: AnyRequest) => ResourceOf<A> | Promise<ResourceOf<A>>,
  ): GuardHook {
    if (action !== undefined) nameAction(action)
    // with a callback, which a refusal never calls: a promise that waits for the reply is settled, and the handler
    // reached, when a client hangs up before it was sent
    return function countersign(req, reply, done) {
      const checking =
        action === undefined
          ? checkRoutes(core, req)
          : check(readRequest(req), action, resource && (() => resource(req)))
      checking.then((checked) => goOn(checked, reply, done)).catch(done)
    }
  }

  return Object.assign(guard, {
    ...services,
    targets: targetsOf(core, (req: FastifyRequest) => readRequest(req)),
    feed: () => async (req: FastifyRequest, reply: FastifyReply) =>
      sendReply(reply, await answerFeed(readRequest(req).reader)),
    decision: (req: FastifyRequest) => core.decision(req.raw),
    challenge: challengeOf(core),
  })
}

function readRequest(
  req: FastifyRequest,
  target: string = req.originalUrl,
): Incoming<FastifyRequest> {
  return { request: req, slot: req.raw, reader: readIncoming(req.raw, () => target) }
}

/** As on the wire, and as `rewriteUrl` has it for the router: a guarded route is reached by neither (T32). */
async function checkRoutes(core: GuardCore<FastifyRequest>, req: FastifyRequest): Promise<Checked> {
  const checked = await core.checkRoutes(readRequest(req))
  if (checked.is !== 'unguarded' || req.url === req.originalUrl) return checked
  return await core.checkRoutes(readRequest(req, req.url))
}

function goOn(checked: Checked, reply: FastifyReply, done: (error?: Error) => void): void {
  if (checked.is === 'refuse' || checked.is === 'preflight') {
    sendReply(reply, checked.reply)
    return
  }
  if (checked.is === 'proceed') editReply(reply.raw, checked.edits)
  // only a page or a proxy may leave a decision to somebody else
  done(checked.is === 'deferred' ? new Error('countersign: undecided') : undefined)
}

function challengeOf(core: GuardCore<FastifyRequest>): Guard['challenge'] {
  return {
    open: (req) => core.challenge.open(readRequest(req), { body: req.body }),
    async complete(req, reply, proof) {
      const { body } = req
      await sendReply(reply, await core.challenge.complete(readRequest(req), { body }, proof))
    },
    async fail(req, reply, page) {
      const { body } = req
      await sendReply(reply, await core.challenge.fail(readRequest(req), { body }, page))
    },
  }
}
