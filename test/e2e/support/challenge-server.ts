// An app as a browser sees it, reduced to what a fetch meets: a route that asks for a step-up until the browser's cookie
// says that there was one, a challenge page, and the page it ends on. It keeps every request that came.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { build } from 'esbuild'

export interface Seen {
  readonly path: string
  readonly method: string
  readonly body: string
  readonly key: string | undefined
  readonly status: number
}

export interface ChallengeServer {
  readonly origin: string
  readonly seen: Seen[]
  /** What the problem says; `undefined`: the page of this server. */
  challengeUrl: string | undefined
  close(): Promise<void>
}

export async function startChallengeServer(): Promise<ChallengeServer> {
  const script = await bundle()
  const seen: Seen[] = []
  const server = createServer(async (req, res) => {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://localhost')
    if (pathname === '/browser.js') return send(res, 200, 'text/javascript', script)
    if (pathname === '/challenge') return challenge(req, res, searchParams.get('returnTo') ?? '/')
    if (!pathname.startsWith('/api/')) return send(res, 200, 'text/html', page(pathname))
    const body = await text(req)
    const proved = /\bproved=1\b/.test(req.headers.cookie ?? '')
    const { method = '' } = req
    const key = req.headers['idempotency-key']?.toString()
    seen.push({ path: pathname, method, body, key, status: proved ? 200 : 401 })
    if (proved) return send(res, 200, 'application/json', JSON.stringify({ done: pathname }))
    res.setHeader('www-authenticate', 'Bearer error="insufficient_user_authentication"')
    const challengeUrl = running.challengeUrl ?? '/challenge?ticket=t'
    send(res, 401, 'application/problem+json', JSON.stringify({ challengeUrl }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const running: ChallengeServer = {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    seen,
    challengeUrl: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return running
}

function challenge(req: IncomingMessage, res: ServerResponse, returnTo: string): void {
  if (req.method === 'POST')
    res.writeHead(303, { location: returnTo, 'set-cookie': 'proved=1; Path=/' }).end()
  else send(res, 200, 'text/html', '<form method="post"><button>It is me</button></form>')
}

function page(path: string): string {
  const call = path === '/confirmed' ? 'announceConfirmed()' : 'window.browser = browser'
  return `<!doctype html><title>${path}</title><button>Act</button><script type="module">
import * as browser from '/browser.js'
const { announceConfirmed } = browser
${call}
</script>`
}

function send(res: ServerResponse, status: number, type: string, body: string): void {
  res.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
}

async function text(req: IncomingMessage): Promise<string> {
  let all = ''
  for await (const chunk of req.setEncoding('utf8')) all += chunk
  return all
}

async function bundle(): Promise<string> {
  const entry = new URL('../../../packages/browser/src/index.ts', import.meta.url).pathname
  const options = { bundle: true, format: 'esm', target: 'es2022', write: false } as const
  const { outputFiles } = await build({ ...options, entryPoints: [entry] })
  return outputFiles[0]?.text ?? ''
}
