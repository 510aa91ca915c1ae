// Requests as core reads them: of route handlers and proxy.ts whole, of server actions and pages by their headers alone.
import { type Incoming, readCookies } from '@countersign/core'

/** Route handlers, server actions and pages have no common request: this is what `identity` is given in all of them. */
export interface NextInput {
  readonly headers: Headers
  /** By exact name; two cookies of one name are none. */
  readonly cookies: { get(name: string): { readonly value: string } | undefined }
}

export function readRequest(req: Request): Incoming<NextInput> {
  const { headers, method, url } = req
  return incoming(headers, req, method.toUpperCase(), targetOf(url))
}

/** A server action or a page: `headers()` of next/headers is one object for each request, so it is the slot as well. */
export function readHeaders(headers: Headers, method: 'GET' | 'POST'): Incoming<NextInput> {
  return incoming(headers, headers, method, '/')
}

/** The same request, taken as one for another target. */
export function withTarget(request: Incoming<NextInput>, target: string): Incoming<NextInput> {
  return { ...request, reader: { ...request.reader, target: () => target } }
}

function incoming(
  headers: Headers,
  slot: object,
  method: string,
  target: string,
): Incoming<NextInput> {
  const header = (name: string) => headers.get(name) ?? undefined
  return {
    request: { headers, cookies: lazyCookies(header) },
    slot,
    reader: {
      method: () => method,
      target: () => target,
      header,
      // Next tells nobody who the peer was
      peerAddress: () => undefined,
    },
  }
}

// cut out as it stands: what comes before the path is made from Host
function targetOf(url: string): string {
  const path = url.indexOf('/', url.indexOf('://') + 3)
  return path === -1 ? '/' : url.slice(path)
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
