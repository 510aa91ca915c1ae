// What @hono/node-server hands over beside the request. Looked at by its shape: on other runtimes it is not there.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Context } from 'hono'

export interface NodeBindings {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
}

export function nodeOf(c: Context): NodeBindings | undefined {
  // under `server` where Vite serves the app
  const bindings: Partial<NodeBindings> | undefined = c.env?.server ?? c.env
  const isNode =
    typeof bindings?.incoming?.socket === 'object' &&
    typeof bindings.outgoing?.writeHead === 'function'
  return isNode ? (bindings as NodeBindings) : undefined
}
