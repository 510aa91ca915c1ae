// A token's payload as claims that can be shared by all requests that present it: frozen through and through.
import type { Json } from '../ports/json.ts'
import type { Claims } from './check-claims.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

export function toClaims(payload: Uint8Array): Claims | undefined {
  try {
    const claims: unknown = JSON.parse(utf8.decode(payload))
    if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) return undefined
    freezeAll(claims)
    // without prototype: no claim is called `constructor` unless the token has it
    return Object.freeze(Object.assign(Object.create(null), claims))
  } catch {
    return undefined
  }
}

/** With a list instead of recursion: 8 kB of brackets are deeper than a small stack. */
function freezeAll(root: object): void {
  const pending: Json[] = [root as Json]
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (typeof value !== 'object' || value === null) continue
    Object.freeze(value)
    pending.push(...Object.values(value as Record<string, Json>))
  }
}
