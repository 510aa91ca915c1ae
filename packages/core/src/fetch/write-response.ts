// A reply as a Response, and edits to a Response that somebody else made.
import type { Edits } from '../guard/checked.ts'
import type { Reply } from '../reply/reply.ts'
import { serializeCookie } from '../request/serialize-cookie.ts'

export function toResponse(reply: Reply): Response {
  const response = new Response(reply.body?.text ?? null, { status: reply.status })
  editHeaders(response.headers, reply)
  if (reply.body !== undefined) response.headers.set('content-type', reply.body.type)
  return response
}

/** As the last word: what the handler says of caching does not undo it (T38). The same Response, unless it cannot be changed. */
export function editResponse(response: Response, edits: Edits): Response {
  try {
    editHeaders(response.headers, edits)
    return response
  } catch {
    // `Response.redirect` and what `fetch` returned have headers that cannot be changed
    const copy = new Response(response.body, response)
    editHeaders(copy.headers, edits)
    return copy
  }
}

/** In place. Others may vary the reply on more than we do; guards inside guards set no cookie twice. */
export function editHeaders(target: Headers, { headers, cookies }: Edits): void {
  for (const [name, value] of headers) {
    if (name === 'vary') addVary(target, value)
    else target.set(name, value)
  }
  const present = cookies.length === 0 ? [] : target.getSetCookie()
  for (const cookie of cookies.map(serializeCookie))
    if (!present.includes(cookie)) target.append('set-cookie', cookie)
}

function addVary(target: Headers, value: string): void {
  const named = (target.get('vary') ?? '').split(',').map((name) => name.trim().toLowerCase())
  if (!named.includes('*') && !named.includes(value.toLowerCase())) target.append('vary', value)
}
