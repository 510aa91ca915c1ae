// One delivery (RFC 8935, 2): acknowledged, refused for good, or to be tried again.
import type { Authorization } from '../http/endpoint.ts'
import { readBody } from '../http/read-body.ts'

export type PushAnswer =
  | { readonly is: 'acknowledged' }
  | { readonly is: 'refused'; readonly err: string; readonly description: string }

const TIMEOUT_MS = 10_000
const MOST_BYTES = 16 * 1024

/** Faults of how the two are set up, or of keys that could not be fetched: once they are mended the same token is good. */
const MENDED = new Set([
  'authentication_failed',
  'access_denied',
  'invalid_key',
  'invalid_issuer',
  'invalid_audience',
])

/** Rejects where it is to be tried again. */
export async function requestPush(
  { url, authorization }: { readonly url: URL; readonly authorization: Authorization | undefined },
  jwt: string,
  stop: AbortSignal,
): Promise<PushAnswer> {
  const headers = new Headers({
    accept: 'application/json',
    'content-type': 'application/secevent+jwt',
  })
  const credentials = typeof authorization === 'function' ? await authorization() : authorization
  if (credentials !== undefined) headers.set('authorization', credentials)
  const response = await fetch(url, {
    ...{ method: 'POST', headers, body: jwt, redirect: 'manual' },
    signal: AbortSignal.any([stop, AbortSignal.timeout(TIMEOUT_MS)]),
  })
  const read = await readBody(response, MOST_BYTES)
  if (response.status === 202 || response.status === 200) return { is: 'acknowledged' }
  const { err, description } = read.ok ? parse(read.text) : {}
  if (response.status === 400 && typeof err === 'string' && !MENDED.has(err))
    return { is: 'refused', err, description: String(description ?? '') }
  throw new PushError(response.status, err, response.headers.get('retry-after'))
}

export class PushError extends Error {
  readonly retryAfterMs: number | undefined
  constructor(status: number, err: unknown, retryAfter: string | null) {
    super(`the receiver answered ${status}${typeof err === 'string' ? ` ${err}` : ''}`)
    const seconds = Number(retryAfter ?? Number.NaN)
    this.retryAfterMs = seconds >= 0 ? seconds * 1000 : undefined
  }
}

function parse(text: string): { readonly err?: unknown; readonly description?: unknown } {
  try {
    return (JSON.parse(text) as object | null) ?? {}
  } catch {
    return {}
  }
}
