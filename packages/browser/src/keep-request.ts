// What becomes of a request whose page goes away for the challenge: kept in this tab, sent again when it is back.
import { announceConfirmed, NAME } from './announce-confirmed.ts'

interface Kept {
  /** The fragment that only a completed challenge comes back with. */
  readonly fragment: string
  /** The page's own fragment. */
  readonly hash: string
  readonly url: string
  readonly init: RequestInit
}

/**
 * Where the challenge has to return to. A body that is no text, and one that goes with credentials of its own, is not
 * kept: the page comes back, and the person does it once more.
 */
export async function keepRequest(request: Request): Promise<string> {
  const fragment = `#${NAME}-${crypto.randomUUID()}`
  const { url, method, credentials, headers } = request
  const type = headers.get('content-type') ?? 'text/plain'
  if (
    /^(text\/|application\/(json|x-www-form-urlencoded)\b)/i.test(type) &&
    !headers.has('authorization')
  ) {
    const body = await request.clone().text()
    const init = { method, credentials, headers: [...headers], ...(body && { body }) }
    const kept: Kept = { fragment, hash: location.hash, url, init }
    sessionStorage.setItem(NAME, JSON.stringify(kept))
  }
  return location.pathname + location.search + fragment
}

/** Sends it once, whatever the answer is. Nothing is sent where the person came back without a confirmation. */
export function resumeRequest(send: typeof fetch): Promise<Response> | undefined {
  const entry = sessionStorage.getItem(NAME)
  if (entry === null) return
  sessionStorage.removeItem(NAME)
  const { fragment, hash, url, init }: Kept = JSON.parse(entry)
  if (location.hash !== fragment) return
  history.replaceState(history.state, '', location.pathname + location.search + hash)
  announceConfirmed()
  return send(url, init)
}
