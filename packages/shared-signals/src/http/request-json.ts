// A request to another party's endpoint: JSON there and back, with a deadline, a limit, and no redirects.
import type { Authorization } from './endpoint.ts'
import { readBody } from './read-body.ts'

export interface JsonRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  readonly body?: object | undefined
  readonly authorization?: Authorization | undefined
  /** @default 10000 */
  readonly timeoutMs?: number
  /** @default 262144 */
  readonly mostBytes?: number
  readonly stop?: AbortSignal
}

export interface JsonAnswer {
  readonly status: number
  /** `undefined`: no body, or none that is JSON. */
  readonly json: unknown
  readonly retryAfterMs: number | undefined
}

/** Rejects where there is no answer. A redirect is an answer: credentials are sent to nobody else. */
export async function requestJson(url: URL, request: JsonRequest): Promise<JsonAnswer> {
  const { method, body, authorization, timeoutMs = 10_000, mostBytes = 256 * 1024, stop } = request
  const headers = new Headers({ accept: 'application/json' })
  const credentials = typeof authorization === 'function' ? await authorization() : authorization
  if (credentials !== undefined) headers.set('authorization', credentials)
  if (body !== undefined) headers.set('content-type', 'application/json')
  const deadline = AbortSignal.timeout(timeoutMs)
  const response = await fetch(url, {
    method,
    headers,
    redirect: 'manual',
    signal: stop === undefined ? deadline : AbortSignal.any([deadline, stop]),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const read = await readBody(response, mostBytes)
  if (!read.ok) throw new Error(`the answer of ${url.host} cannot be read: ${read.why}`)
  const after = Number(response.headers.get('retry-after') ?? Number.NaN)
  return {
    status: response.status,
    json: parse(read.text),
    retryAfterMs: Number.isFinite(after) && after >= 0 ? after * 1000 : undefined,
  }
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
