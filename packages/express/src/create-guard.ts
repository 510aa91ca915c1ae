// Guards for Express 5 and 4: core decides, this reads the request and writes the reply.
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
import { editReply, readIncoming, sendReply } from '@countersign/node/http'
import type { Request, RequestHandler, Response } from 'express'

export interface Guard extends GuardServices {
  /** Guards by the policy's routes; touches nothing where none matches. */
  (): RequestHandler
  /** Guards one action. `resource` reads its declared attributes, usually from the body. */
  <A extends ActionName>(action: A, resource?: (req: Request) => ResourceOf<A>): RequestHandler
  /** What was decided last for this request. */
  decision(req: Request): Decision | undefined
  readonly targets: Targets<Request>
  /** Answers the route by which guards on the edge follow this one: `app.get('/countersign/feed', guard.feed())`. */
  feed(): RequestHandler
  readonly challenge: {
    /** What a challenge page shows; `undefined` where the ticket is not good. On a POST it charges one attempt. */
    open(req: Request): Promise<OpenChallenge | undefined>
    /** After the factors were verified: leaves evidence and answers 303. Sends the response. */
    complete(req: Request, res: Response, proof: Proof): Promise<void>
    /** After a wrong code: answers 401 with `page`, or with a problem. Sends the response. */
    fail(req: Request, res: Response, page?: string): Promise<void>
  }
}

/** @throws ConfigurationError where an option, or the policy, is wrong */
export function createGuard(options: GuardOptions<Request>): Guard {
  const core = createGuardCore(options, nodePlatform)
  const { nameAction, check, checkRoutes, answerFeed, ...services } = core

  function guard<A extends ActionName>(
    action?: A,
    resource?: (req: Request) => ResourceOf<A>,
  ): RequestHandler {
    if (action !== undefined) nameAction(action)
    return function countersign(req, res, next) {
      const incoming = readRequest(req)
      const checking =
        action === undefined
          ? checkRoutes(incoming)
          : check(incoming, action, resource && (() => resource(req)))
      // Express 4 knows nothing of promises
      checking.then((checked) => goOn(checked, res, next)).catch(next)
    }
  }

  return Object.assign(guard, {
    ...services,
    targets: targetsOf(core, readRequest),
    feed: () => (req: Request, res: Response) =>
      void answerFeed(readRequest(req).reader).then((reply) => sendReply(res, reply)),
    decision: (req: Request) => core.decision(req),
    challenge: challengeOf(core),
  })
}

function readRequest(req: Request): Incoming<Request> {
  // before any mount took a part of it away
  return { request: req, slot: req, reader: readIncoming(req, () => req.originalUrl) }
}

function goOn(checked: Checked, res: Response, next: (error?: unknown) => void): void {
  if (checked.is === 'refuse' || checked.is === 'preflight') {
    sendReply(res, checked.reply)
    return
  }
  if (checked.is === 'proceed') editReply(res, checked.edits)
  // only a page or a proxy may leave a decision to somebody else; a handler behind this goes on decided or not at all
  next(checked.is === 'deferred' ? new Error('countersign: undecided') : undefined)
}

function challengeOf(core: GuardCore<Request>): Guard['challenge'] {
  return {
    open: (req) => core.challenge.open(readRequest(req), { body: req.body }),
    complete: async (req, res, proof) =>
      sendReply(res, await core.challenge.complete(readRequest(req), { body: req.body }, proof)),
    fail: async (req, res, page) =>
      sendReply(res, await core.challenge.fail(readRequest(req), { body: req.body }, page)),
  }
}
