// The protected header, read before any key is looked for: it chooses among what is allowed and allows nothing itself.
import { decode } from 'jose/base64url'

export interface TokenHeader {
  readonly alg: string
  readonly kid: string | undefined
}

export type ReadHeader =
  | { readonly ok: true; readonly header: TokenHeader }
  | {
      readonly ok: false
      readonly reason:
        | 'malformed'
        | 'type_not_allowed'
        | 'algorithm_not_allowed'
        | 'critical_not_understood'
    }

/** `types`: what `typ` may be, in lower case (media types have no case, RFC 7515, 4.1.9). */
export function readTokenHeader(
  token: string,
  algorithms: readonly string[],
  types: ReadonlySet<unknown>,
): ReadHeader {
  const header = parse(token.slice(0, token.indexOf('.')))
  if (header === undefined) return { ok: false, reason: 'malformed' }
  const { alg, kid, typ, crit } = header
  // no extension is understood here, so none may be critical (RFC 7515, 4.1.11)
  if (crit !== undefined) return { ok: false, reason: 'critical_not_understood' }
  if (typeof alg !== 'string' || !algorithms.includes(alg)) {
    return { ok: false, reason: 'algorithm_not_allowed' }
  }
  if (kid !== undefined && typeof kid !== 'string') return { ok: false, reason: 'malformed' }
  if (!types.has(typeof typ === 'string' ? typ.toLowerCase() : typ)) {
    return { ok: false, reason: 'type_not_allowed' }
  }
  return { ok: true, header: { alg, kid } }
}

function parse(segment: string): Record<string, unknown> | undefined {
  try {
    const header: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(decode(segment)),
    )
    return typeof header === 'object' && header !== null && !Array.isArray(header)
      ? { ...header }
      : undefined
  } catch {
    return undefined
  }
}
