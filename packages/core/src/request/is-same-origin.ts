// Proof that a page of the app itself made the request: what unsafe methods need before an opt-out is honoured.
import type { RequestReader } from './request-reader.ts'

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Whether a method may change something. What is not known to be safe may. */
export function isUnsafeMethod(method: string): boolean {
  return !SAFE_METHODS.has(method)
}

/** By its method, or over the WebSocket that it opens: every site may open one from a browser, with a GET and with cookies. */
export function mayChangeSomething(reader: RequestReader): boolean {
  return isUnsafeMethod(reader.method()) || /websocket/i.test(reader.header('upgrade') ?? '')
}

/**
 * True only where `Sec-Fetch-Site: same-origin` or an `Origin` equal to `publicOrigin` proves it and neither speaks
 * against it. No script can set either header. `Origin` is not compared with `Host`: behind a proxy `Host` is often
 * another name, it has no scheme (so that a page on plain http would count), and whoever can rebind a name chooses it.
 * Without a `publicOrigin`, therefore, `Origin` alone proves nothing.
 */
export function isSameOrigin(reader: RequestReader, publicOrigin: string | undefined): boolean {
  const site = reader.header('sec-fetch-site')
  const origin = reader.header('origin')
  if (site !== undefined && site !== 'same-origin') return false
  // a page with `Referrer-Policy: no-referrer` posts its forms with `Origin: null`: withheld, not foreign
  if (origin === undefined || origin === 'null') return site !== undefined
  if (publicOrigin === undefined) return site !== undefined
  return origin === toOrigin(publicOrigin)
}

function toOrigin(publicOrigin: string): string | undefined {
  try {
    const url = new URL(publicOrigin)
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.origin : undefined
  } catch {
    return undefined
  }
}
