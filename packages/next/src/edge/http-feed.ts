// Where an edge guard hears what is in force: from an instance on Node, over HTTP.
import { createEdgeCore, type EdgeCoreOptions, type EdgeHealth } from '@countersign/core'
import { type NextInput, readRequest } from '../read-request.ts'
import { toEarlyResponse } from '../to-early-response.ts'

export interface HttpFeedOptions {
  /** Where `guard.feed` of the instance on Node answers: over https, or over http on this machine. */
  readonly url: string
}

/** A guard that knows the policy in force, and what was revoked and suspended. */
export interface FollowingEdgeGuard {
  /** A refusal, or `undefined`: Next goes on then. */
  (req: Request): Promise<Response | undefined>
  /** Resolves once the state was heard; rejects where the feed cannot be reached. */
  ready(): Promise<void>
  health(): EdgeHealth
  /** Ends the following. */
  close(): Promise<void>
}

/** What `createEdgeGuard` takes as `feed`. */
export interface EdgeFeed {
  guardWith(options: EdgeCoreOptions<NextInput> & { readonly feed: EdgeFeed }): FollowingEdgeGuard
}

/**
 * Follows the feed of another instance by long polling. Each answer is proved to be new and that instance's own by the guard's
 * secret, and taken from nowhere else.
 *
 * @example
 * createEdgeGuard({ feed: httpFeed({ url: 'https://shop.example/countersign/feed' }), secret, identity })
 */
export function httpFeed({ url }: HttpFeedOptions): EdgeFeed {
  return {
    guardWith({ feed: _, ...options }) {
      const core = createEdgeCore(options, url)
      return Object.assign(
        async function countersign(req: Request): Promise<Response | undefined> {
          const checked = await core.check(readRequest(req))
          return checked.is === 'refuse' ? toEarlyResponse(checked.reply, req) : undefined
        },
        { ready: core.ready, health: core.health, close: core.close },
      )
    },
  }
}
