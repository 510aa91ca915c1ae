// Requests as core reads them: of route handlers and proxy.ts whole, of server actions and pages by their headers alone.
import { type Incoming, type RequestReader, readCookies, readFetchRequest } from '@countersign/core'

/** Route handlers, server actions and pages have no common request: this is what `identity` is given in all of them. */
export interface NextInput {
  readonly headers: Headers
  /** By exact name; two cookies of one name are none. */
  readonly cookies: { get(name: string): { readonly value: string } | undefined }
}

export function readRequest(req: Request): Incoming<NextInput> {
  return incoming(req.headers, req, readFetchRequest(req))
}

/** A server action or a page: `headers()` of next/headers is one object for each request, so it is the slot as well. */
export function readHeaders(headers: Headers, method: 'GET' | 'POST'): Incoming<NextInput> {
  return incoming(headers, headers, readFetchRequest({ headers, method, url: '/' }))
}

/** The same request, taken as one for another target. */
export function withTarget(request: Incoming<NextInput>, target: string): Incoming<NextInput> {
  return { ...request, reader: { ...request.reader, target: () => target } }
}

/** Next tells nobody who the peer was. */
function incoming(headers: Headers, slot: object, reader: RequestReader): Incoming<NextInput> {
  return { request: { headers, cookies: lazyCookies(reader.header) }, slot, reader }
}

function lazyCookies(header: (name: string) => string | undefined): NextInput['cookies'] {
  let cookies: ReadonlyMap<string, string> | undefined
  return {
    get(name) {
      cookies ??= readCookies(header('cookie'))
      const value = cookies.get(name)
      return value === undefined ? undefined : { value }
    },
  }
}
