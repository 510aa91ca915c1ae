// A fetch that answers step-up challenges: it asks the person, and sends the same request once more.
import { keepRequest, resumeRequest } from './keep-request.ts'
import { readChallengeUrl } from './read-challenge-url.ts'
import { type Show, shareChallenge } from './share-challenge.ts'
import { showInPlace, showPopup } from './show-challenge.ts'

export interface StepUpFetchOptions {
  /**
   * `popup`: the page stays. Where the browser lets none open, a request that may change something goes on by
   * `navigation`, which leaves the page for the challenge and comes back to it. @default 'popup'
   */
  readonly show?: 'popup' | 'navigation' | undefined
  /** A page of this app that calls `announceConfirmed`: the popup ends on it. @default '/confirmed' */
  readonly confirmedPath?: string | undefined
  /** What sends the requests. @default the browser's own */
  readonly fetch?: typeof fetch | undefined
}

export interface StepUpFetch {
  /**
   * As `fetch`. A 401 that asks for a step-up is answered by the person, and the request is sent again; where it is not
   * answered, or the body is a stream, which cannot be sent twice, the 401 comes back.
   *
   * @throws as fetch does, and the signal's reason while the person is asked
   */
  (input: RequestInfo | URL, init?: RequestInit): Promise<Response>
  /**
   * To be called once when the page is loaded: the answer to a request that this page was left for, by `navigation`.
   * `undefined` where there was none, or the person came back without a confirmation.
   */
  resume(): Promise<Response> | undefined
}

/**
 * Requests at the same time, in this tab and in others, ask the person once. Only a challenge of this page's own origin
 * is shown. Needs a secure context, as Countersign's cookies do.
 *
 * @example
 * const stepUpFetch = createStepUpFetch()
 * const response = await stepUpFetch('/transfer', { method: 'POST', body: new FormData(form) })
 */
export function createStepUpFetch(options: StepUpFetchOptions = {}): StepUpFetch {
  const { show = 'popup', confirmedPath = '/confirmed' } = options
  const challenges = shareChallenge()
  const send: typeof fetch = (...sent) => (options.fetch ?? fetch)(...sent)

  async function stepUpFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    if (init?.body instanceof ReadableStream) return await send(input, init)
    const request = withKey(new Request(input, init))
    for (;;) {
      const before = challenges.completed()
      const response = await send(request.clone())
      const url = await readChallengeUrl(response)
      if (url === undefined) return response
      const outcome = await challenges.ask(showing(url, request), before, request.signal)
      if (outcome === 'refused') return response
      if (outcome === 'confirmed') return await send(request)
    }
  }

  function showing(url: URL, request: Request): Show {
    return async (channel, signal) => {
      const popup = show === 'popup' && showPopup(withReturn(url, confirmedPath), channel, signal)
      if (popup) return await popup
      if (show === 'popup' && isSafe(request)) return false
      return await showInPlace(withReturn(url, await keepRequest(request)))
    }
  }

  return Object.assign(stepUpFetch, { resume: () => resumeRequest(send) })
}

/** Both times the same, so that a server that knows it never does twice what was sent twice. */
function withKey(request: Request): Request {
  const { headers, url } = request
  // another origin would have to allow the header first
  if (
    !isSafe(request) &&
    new URL(url).origin === location.origin &&
    !headers.has('idempotency-key')
  )
    headers.set('idempotency-key', `"${crypto.randomUUID()}"`)
  return request
}

function isSafe({ method }: Request): boolean {
  return /^(GET|HEAD|OPTIONS)$/.test(method)
}

function withReturn(url: URL, returnTo: string): URL {
  const shown = new URL(url)
  shown.searchParams.set('returnTo', returnTo)
  return shown
}
