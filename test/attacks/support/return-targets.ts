// Goes through a challenge in an app of our own, and tells where that led.

import { STEP_UP } from './own-guards.ts'
import { type RawReply, rawRequest } from './raw-request.ts'

export interface Wanted {
  readonly origin: string
  /** The request target that is challenged. */
  readonly target?: string
  readonly method?: 'GET' | 'POST'
  /** What the form, or the query, of the challenge page says besides. */
  readonly form?: Readonly<Record<string, string>>
  readonly query?: string
}

let people = 0

/** The Location after a completed challenge; undefined where the target was not challenged at all. */
export async function leadsTo({
  origin,
  target = '/apps/no-proxy/proved',
  method = 'GET',
  form = {},
  query = '',
}: Wanted): Promise<string | undefined> {
  const user = ['Cookie', `user=u${++people}`] as const
  const challenged = await rawRequest(origin, target, {
    method,
    headers: [user, ...PAGE],
    ...(method === 'POST' ? { body: 'x=1' } : {}),
  })
  const ticket = ticketIn(challenged)
  if (ticket === undefined) return undefined
  const kept = (challenged.headers['set-cookie'] ?? '')
    .split('\n')
    .map((line) => line.split(';')[0])
  const reply = await rawRequest(origin, `${STEP_UP}${query}`, {
    method: 'POST',
    headers: [
      ['Cookie', [user[1], ...kept].join('; ')],
      ['Sec-Fetch-Site', 'same-origin'],
      ...PAGE,
    ],
    body: new URLSearchParams({ ticket, ...form }).toString(),
  })
  if (reply.status !== 303) throw new Error(`${target}: ${reply.status} ${reply.body}`)
  return reply.headers['location'] ?? ''
}

const PAGE = [
  ['Content-Type', 'application/x-www-form-urlencoded'],
  ['Sec-Fetch-Mode', 'navigate'],
  ['Sec-Fetch-Dest', 'document'],
] as const

function ticketIn({ status, headers }: RawReply): string | undefined {
  const location = headers['location'] ?? ''
  return status === 303
    ? /^\/apps\/no-proxy\/step-up\?ticket=([\w.-]+)$/.exec(location)?.[1]
    : undefined
}
