// A client that sends what a browser would: Fetch Metadata, Origin, and the cookies that it was given. Not by fetch, which
// sets `Sec-Fetch-Mode` itself.
import { request } from 'node:http'

export interface SendOptions {
  readonly method?: string | undefined
  /** Set last: what is given here stands in for what the browser would send; `undefined` leaves it out. */
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined
  readonly body?: string | undefined
}

export interface BrowserLikeClient {
  readonly origin: string
  /** By name. All of them are sent to every path of the origin, `Secure` ones over http://localhost too, as browsers do. */
  readonly cookies: Map<string, string>
  /** Opens a page: GET as a top-level navigation. Redirects are not followed. */
  navigate(path: string, options?: SendOptions): Promise<Response>
  /** Sends a form of a page of the same origin. */
  submit(
    path: string,
    form: Readonly<Record<string, string>>,
    options?: SendOptions,
  ): Promise<Response>
  /** What a script of the same origin sends: GET, or POST with `json`. */
  fetchJson(path: string, options?: SendOptions & { readonly json?: unknown }): Promise<Response>
  /** As a program would: cookies, and nothing but what `options` say. */
  send(path: string, options?: SendOptions): Promise<Response>
  /** Goes where a redirect points, as the browser would, until there is a page. */
  follow(response: Response): Promise<Response>
}

const MOST_REDIRECTS = 10

/** @param origin `http://localhost:PORT` */
export function browserLikeClient(origin: string): BrowserLikeClient {
  const cookies = new Map<string, string>()

  async function send(path: string, options: SendOptions = {}): Promise<Response> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { ...(cookie === '' ? {} : { cookie }), ...options.headers }
    const response = await sendRequest(new URL(path, origin), { ...options, headers })
    for (const line of response.headers.getSetCookie()) keepCookie(cookies, line)
    return response
  }

  function sendAs(
    kind: Readonly<Record<string, string>>,
    path: string,
    options: SendOptions,
  ): Promise<Response> {
    const headers = { ...kind, ...options.headers }
    return send(path, { ...options, headers })
  }

  const client: BrowserLikeClient = {
    origin,
    cookies,
    navigate: (path, options = {}) => sendAs(NAVIGATION, path, options),
    submit: (path, form, options = {}) =>
      sendAs({ ...NAVIGATION, ...FORM, 'sec-fetch-site': 'same-origin', origin }, path, {
        method: 'POST',
        body: new URLSearchParams(form).toString(),
        ...options,
      }),
    fetchJson(path, { json, ...options } = {}) {
      if (json === undefined) return sendAs(FETCH, path, options)
      return sendAs({ ...FETCH, 'content-type': 'application/json', origin }, path, {
        method: 'POST',
        body: JSON.stringify(json),
        ...options,
      })
    },
    send,
    async follow(response) {
      let last = response
      for (let count = 0; count < MOST_REDIRECTS; count++) {
        const location = last.headers.get('location')
        if (location === null) return last
        last = await client.navigate(location, { headers: { 'sec-fetch-site': 'same-origin' } })
      }
      throw new Error(
        `more than ${MOST_REDIRECTS} redirects, the last to ${last.headers.get('location')}`,
      )
    },
  }
  return client
}

const NAVIGATION = {
  accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'none',
  'sec-fetch-user': '?1',
  'upgrade-insecure-requests': '1',
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

const FETCH = {
  accept: 'application/json',
  'sec-fetch-dest': 'empty',
  'sec-fetch-mode': 'cors',
  'sec-fetch-site': 'same-origin',
}

function sendRequest(
  url: URL,
  { method = 'GET', headers = {}, body }: SendOptions,
): Promise<Response> {
  const given = Object.fromEntries(
    Object.entries(headers).filter(([, value]) => value !== undefined),
  )
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  return new Promise((resolve, reject) => {
    // a connection of its own: none is left over when the server is started again
    const sending = request(url, { method, headers: { ...given, ...length }, agent: false })
    sending.once('error', reject)
    sending.once('response', (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.once('error', reject)
      incoming.once('end', () => {
        const { statusCode = 0, rawHeaders } = incoming
        const bodiless = statusCode === 204 || statusCode === 304
        resolve(
          new Response(bodiless ? null : Buffer.concat(chunks), {
            status: statusCode,
            headers: pairs(rawHeaders),
          }),
        )
      })
    })
    sending.end(body)
  })
}

function pairs(raw: readonly string[]): [string, string][] {
  return raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? '']] : []))
}

function keepCookie(cookies: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
  const at = pair.indexOf('=')
  const isGone = attributes.some((attribute) => /^max-age=(0|-\d+)$/i.test(attribute))
  if (isGone) cookies.delete(pair.slice(0, at))
  else cookies.set(pair.slice(0, at), pair.slice(at + 1))
}
