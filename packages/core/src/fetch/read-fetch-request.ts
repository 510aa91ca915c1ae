// A Request of the web's standards as core reads it. It knows no peer: whose runtime tells one adds it.
import type { RequestReader } from '../request/request-reader.ts'

export function readFetchRequest(req: Pick<Request, 'headers' | 'method' | 'url'>): RequestReader {
  return {
    method: () => req.method.toUpperCase(),
    target: () => targetOf(req.url),
    header: (name) => req.headers.get(name) ?? undefined,
    peerAddress: () => undefined,
  }
}

// cut out as it stands: what comes before the path is made from Host
function targetOf(url: string): string {
  const path = url.indexOf('/', url.indexOf('://') + 3)
  return path === -1 ? '/' : url.slice(path)
}
