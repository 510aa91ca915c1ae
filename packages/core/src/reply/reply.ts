// An answer as data: adapters write it out.
import type { Cookie } from '../request/serialize-cookie.ts'

export interface Reply {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Cookies are data, not header strings: some frameworks need the parts. */
  readonly cookies: readonly Cookie[]
  readonly body?: {
    readonly type: 'application/problem+json' | 'text/html; charset=utf-8' | 'application/x-ndjson'
    readonly text: string
  }
}

/** On every guarded reply, also where the handler goes on; a handler's own `Cache-Control` does not undo it (T38). */
export const GUARDED_HEADERS: readonly (readonly [name: string, value: string])[] = [
  ['cache-control', 'private, no-store'],
  ['vary', 'Cookie'],
]
