// A refusal of what stands before the handlers, as Next lets it answer.
import { type Reply, toResponse } from '@countersign/core'

/**
 * A refusal of proxy.ts or middleware.ts, where Next takes absolute locations only. It makes those of its own server
 * relative again, and knows its origin from its own configuration: nothing of Host comes out (T37).
 */
export function toEarlyResponse(reply: Reply, req: Request): Response {
  const response = toResponse(reply)
  // Next puts ours in the place of one from next.config, which an app's own CORS has there
  response.headers.append('vary', 'Origin')
  const location = response.headers.get('location')
  if (location !== null) response.headers.set('location', new URL(location, req.url).href)
  return response
}
