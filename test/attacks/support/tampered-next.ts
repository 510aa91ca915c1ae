// The tampered app on Next 16: its route handlers, given Requests and answering with Responses as Next's router has them do.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createGuard } from '@countersign/next'
import { contractAnswer } from '@countersign/testing'
import { PREFILLED } from './prefilled.ts'
import type { Created, Ingredients } from './tampered-apps.ts'

type Handler = (req: Request) => Promise<Response>

export function tamperedNext({ options, identity, identify }: Ingredients): Created {
  const guard = createGuard({
    ...options,
    identity: identity ?? (({ headers }) => identify(headers.get('cookie'))),
  })
  const answer = (req: Request) => Response.json(contractAnswer(guard.decision(req)))
  const account = guard.route('account.view', answer)
  const transfer = guard.route('transfer.create', answer, {
    resource: (req: Request) => req.clone().json(),
  })
  const keys = guard.route('key.create', answer)
  const handlers: Readonly<Record<string, Handler>> = {
    'GET /account': (req) => account(req, {}),
    'GET /prefilled/account': (req) => account(Object.assign(req, PREFILLED), {}),
    'POST /transfer': (req) => transfer(req, {}),
    'POST /keys': (req) => keys(req, {}),
    async 'POST /step-up'(req) {
      const form = await req.json()
      if (!(await guard.challenge.open(req, form))) return Response.json({}, { status: 400 })
      if (form.code === 'wrong') return guard.challenge.fail(req)
      const { factors, remember } = form
      return guard.challenge.complete(req, { factors, rememberDevice: remember === true })
    },
    async 'GET /step-up'(req) {
      const challenge = await guard.challenge.open(req)
      return Response.json(challenge ?? {}, { status: challenge ? 200 : 400 })
    },
  }

  async function route(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = incoming
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const request = new Request(`http://${headers.host}${url}`, {
      method,
      headers: Object.entries(headers).map(([name, value]) => [name, String(value)]),
      ...(method === 'GET' ? {} : { body: Buffer.concat(chunks) }),
    })
    const handler = handlers[`${method} ${new URL(request.url).pathname}`]
    const response = (await handler?.(request)) ?? new Response(null, { status: 404 })
    outgoing.statusCode = response.status
    for (const [name, value] of response.headers) outgoing.appendHeader(name, value)
    outgoing.end(Buffer.from(await response.arrayBuffer()))
  }

  return {
    guard,
    listener: (incoming, outgoing) =>
      void route(incoming, outgoing).catch(() => outgoing.writeHead(500).end()),
  }
}
