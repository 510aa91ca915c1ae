// A reply as a Response, and edits to the handler's own.
import { type Edits, type Reply, serializeCookie } from '@countersign/core'

export function toResponse({ status, headers, cookies, body }: Reply): Response {
  const response = new Response(body?.text ?? null, { status })
  for (const [name, value] of headers) response.headers.set(name, value)
  for (const cookie of cookies) response.headers.append('set-cookie', serializeCookie(cookie))
  if (body !== undefined) response.headers.set('content-type', body.type)
  return response
}

/**
 * A refusal of proxy.ts or middleware.ts, where Next takes absolute locations only. It makes those of its own server
 * relative again, and knows its origin from its own configuration: nothing of Host comes out (T37).
 */
export function toEarlyResponse(reply: Reply, req: Request): Response {
  const response = toResponse(reply)
  const location = response.headers.get('location')
  if (location !== null) response.headers.set('location', new URL(location, req.url).href)
  return response
}

/** As the last word: what the handler says of caching does not undo it (T38). */
export function withEdits(response: Response, edits: Edits): Response {
  try {
    applyEdits(response.headers, edits)
    return response
  } catch {
    // `Response.redirect` and what `fetch` returned have headers that cannot be changed
    const copy = new Response(response.body, response)
    applyEdits(copy.headers, edits)
    return copy
  }
}

function applyEdits(target: Headers, { headers, cookies }: Edits): void {
  for (const [name, value] of headers) {
    if (name === 'vary') addVary(target, value)
    else target.set(name, value)
  }
  for (const cookie of cookies) target.append('set-cookie', serializeCookie(cookie))
}

function addVary(target: Headers, value: string): void {
  const named = (target.get('vary') ?? '').split(',').map((name) => name.trim().toLowerCase())
  if (!named.includes('*') && !named.includes(value.toLowerCase())) target.append('vary', value)
}
