// The app of the guard contract without a framework: a function from Request to Response, behind a server that calls it.
import {
  createFetchGuard,
  type FetchGuard,
  type FetchHandler,
  memoryBackend,
} from '@countersign/core'
import { compilePolicy, type PolicyDocument } from '@countersign/policy'
import {
  AGAIN,
  contractAnswer,
  contractCors,
  contractIdentity,
  type GuardedApp,
  type GuardScenario,
  heldStream,
  releaseParts,
  SECRET_ERROR,
} from '@countersign/testing'
import { getRequestListener } from '@hono/node-server'
import { type Listening, listen } from './listen.ts'

export async function startFetch(
  { options }: GuardScenario,
  on: () => Promise<Listening> = listen,
): Promise<GuardedApp> {
  const { origin, server, stop } = await on()
  const guard = createFetchGuard({
    ...options,
    policy: compilePolicy(options.policy as PolicyDocument),
    publicOrigin: origin,
    backend: memoryBackend(),
    identity: (req) => contractIdentity(req.headers.get('cookie')),
    logger: { info() {}, warn() {}, error() {} },
  })
  const answerTo = createApp(guard)
  server.on(
    'request',
    getRequestListener((req) => answerTo(req)),
  )
  return { origin, stop: () => stop(guard) }
}

type Handler = FetchHandler<[]>

function createApp(guard: FetchGuard): Handler {
  const transfer = guard.route('transfer.create', answer, { resource: body })
  const routes: Readonly<Record<string, Handler>> = {
    'GET /public': () => Response.json({ public: true }),
    'GET /account': answer,
    'POST /transfer': transfer,
    'POST /keys': guard.route('key.create', answer, { resource: body }),
    'POST /unreadable': guard.route('transfer.create', answer, { resource: unreadable }),
    'GET /step-up': showChallenge,
    'POST /step-up': completeChallenge,
    'GET /countersign/feed': (req) => guard.feed(req),
    'GET /devices': listDevices,
    'POST /devices/revoke': revokeDevices,
    'POST /nested/transfer': guard.route('transfer.create', answerInside, { resource: body }),
    '/any': guard.route('account.view', answer),
    '/every': answer,
    'GET /cached': guard.route('account.view', (req) =>
      Response.json(contractAnswer(guard.decision(req)), { headers: CACHEABLE }),
    ),
    'GET /held': guard.route(
      'account.view',
      (req) => new Response(heldStream(keyOf(req)), { headers: CACHEABLE }),
    ),
    'POST /held': (req) => new Response(String(releaseParts(keyOf(req)))),
    'GET /streamed': guard.route(
      'account.view',
      () => new Response(parts(), { headers: CACHEABLE }),
    ),
  }
  const guarded = guard.routes((req) => {
    const method = req.method === 'HEAD' ? 'GET' : req.method
    const { pathname } = new URL(req.url)
    const handler = routes[`${method} ${pathname}`] ?? routes[pathname]
    return handler?.(req) ?? new Response(null, { status: 404 })
  })
  return async function withCors(req) {
    const response = await guarded(req)
    for (const [name, value] of Object.entries(contractCors(req.headers.get('origin'))))
      response.headers.append(name, value)
    return response
  }

  function answer(req: Request): Response {
    return Response.json(contractAnswer(guard.decision(req)))
  }

  async function answerInside(req: Request): Promise<Response> {
    const outer = contractAnswer(guard.decision(req))
    const inside = guard.route(
      'transfer.create',
      (req) => Response.json({ outer, inner: contractAnswer(guard.decision(req)) }),
      { resource: body },
    )
    return await inside(req)
  }

  async function showChallenge(req: Request): Promise<Response> {
    const challenge = await guard.challenge.open(req)
    return Response.json(challenge ?? {}, { status: challenge ? 200 : 400 })
  }

  async function completeChallenge(req: Request): Promise<Response> {
    const { code, method, remember, newSession } = await body(req)
    if (!(await guard.challenge.open(req))) return Response.json({}, { status: 400 })
    if (code !== 'right') return guard.challenge.fail(req, AGAIN)
    const factors = [{ method: method ?? '' }]
    return guard.challenge.complete(req, { factors, rememberDevice: !!remember, newSession })
  }

  async function listDevices(req: Request): Promise<Response> {
    const who = await contractIdentity(req.headers.get('cookie'))
    return Response.json({ devices: await guard.devices.list(who?.subject ?? '') })
  }

  async function revokeDevices(req: Request): Promise<Response> {
    const subject = (await contractIdentity(req.headers.get('cookie')))?.subject ?? ''
    for (const { id } of await guard.devices.list(subject)) await guard.devices.revoke(subject, id)
    return Response.json({})
  }
}

function keyOf(req: Request): string {
  return new URL(req.url).searchParams.get('key') ?? ''
}

const CACHEABLE = {
  'Cache-Control': 'public, max-age=600',
  Vary: 'Accept-Encoding',
  'Set-Cookie': 'app=1',
}

/** From a clone: handlers read it as well. */
async function body(req: Request): Promise<Record<string, string>> {
  const type = req.headers.get('content-type') ?? ''
  if (type.startsWith('application/json')) return (await req.clone().json()) as never
  if (type === '') return {}
  return Object.fromEntries(await req.clone().formData()) as Record<string, string>
}

function unreadable(): never {
  throw new Error(SECRET_ERROR)
}

function parts(): ReadableStream {
  return new ReadableStream({
    start(controller) {
      for (const part of ['one ', 'two ', 'three'])
        controller.enqueue(new TextEncoder().encode(part))
      controller.close()
    },
  })
}
