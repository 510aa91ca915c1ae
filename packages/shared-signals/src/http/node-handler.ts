// Handlers of `Request` and `Response` on node:http, and on the frameworks that stand on it.

/** What is used of an `IncomingMessage`; `body`: what a parser left. */
export interface NodeRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  /** As it was before a router took a part of it away. */
  readonly originalUrl?: string | undefined
  readonly rawHeaders: readonly string[]
  readonly readableDidRead: boolean
  readonly complete: boolean
  readonly body?: unknown
  on(event: string, listener: (chunk: Uint8Array) => void): unknown
  pause(): unknown
  resume(): unknown
}

/** What is used of a `ServerResponse`. */
export interface NodeResponse {
  statusCode: number
  readonly headersSent: boolean
  setHeader(name: string, value: string): unknown
  end(text?: string): unknown
}

/**
 * `(req, res) =>` for node:http and Express; in Koa and Fastify with their raw pair. The body has to be as it was sent: mount
 * it before body parsers. A text or bytes that a parser left as `req.body` are taken.
 *
 * @example
 * app.post('/events', nodeHandler(receiver.push))
 */
export function nodeHandler(
  answer: (request: Request) => Promise<Response>,
): (req: NodeRequest, res: NodeResponse, next?: (error: unknown) => void) => void {
  return function handle(req, res, next) {
    serve(req, res, answer).catch((error: unknown) => {
      if (next !== undefined) return next(error)
      console.error('a message could not be answered', error)
      if (!res.headersSent) res.statusCode = 500
      res.end()
    })
  }
}

async function serve(
  req: NodeRequest,
  res: NodeResponse,
  answer: (request: Request) => Promise<Response>,
): Promise<void> {
  const response = await answer(toRequest(req))
  res.statusCode = response.status
  response.headers.forEach((value, name) => {
    res.setHeader(name, value)
  })
  // the rest of a body that nobody wants is not waited for
  if (!req.complete) res.setHeader('connection', 'close')
  res.end(await response.text())
}

function toRequest(req: NodeRequest): Request {
  const headers = new Headers()
  for (let at = 0; at + 1 < req.rawHeaders.length; at += 2) {
    const name = req.rawHeaders[at] ?? ''
    // of HTTP/2
    if (!name.startsWith(':')) headers.append(name, req.rawHeaders[at + 1] ?? '')
  }
  const method = req.method ?? 'GET'
  const hasBody = method !== 'GET' && method !== 'HEAD'
  const target = req.originalUrl ?? req.url ?? '/'
  // nobody asks it for its host, which a client makes up
  return new Request(`http://localhost${target.startsWith('/') ? target : '/'}`, {
    method,
    headers,
    ...(hasBody ? { body: bodyOf(req), duplex: 'half' } : {}),
  })
}

function bodyOf(req: NodeRequest): ReadableStream<Uint8Array> | string | Uint8Array<ArrayBuffer> {
  if (!req.readableDidRead) return streamOf(req)
  const { body } = req
  if (typeof body === 'string' || body instanceof Uint8Array)
    return body as string | Uint8Array<ArrayBuffer>
  throw new TypeError(
    'nodeHandler: a body parser has taken the body before, and signatures are over what was sent: mount this before it',
  )
}

/** Not Readable.toWeb: what is cancelled there ends the connection before the answer is sent. */
function streamOf(req: NodeRequest): ReadableStream<Uint8Array> {
  let over = false
  return new ReadableStream({
    start(controller) {
      req.on('data', (chunk: Uint8Array) => {
        if (over) return
        controller.enqueue(chunk)
        if ((controller.desiredSize ?? 0) <= 0) req.pause()
      })
      req.on('end', () => {
        if (!over) controller.close()
        over = true
      })
      req.on('close', () => {
        if (!over) controller.error(new Error('the sender went away'))
        over = true
      })
      req.on('error', () => {})
      req.pause()
    },
    pull() {
      req.resume()
    },
    cancel() {
      over = true
    },
  })
}
