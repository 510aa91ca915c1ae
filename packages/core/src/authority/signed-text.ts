// What an operator signs: the whole event, what it takes the place of, and the deployment that it is for.
import { canonicalJson } from '../ports/canonical-json.ts'
import type { Json } from '../ports/json.ts'
import type { FeedEvent } from '../state/feed-event.ts'

/** The `typ` of its header: no other token of ours, or of anybody's, can be taken for one (T2). */
export const SIGNATURE_TYP = 'countersign-change'

const encoder = new TextEncoder()

export function signedText(event: FeedEvent, audience: string): Uint8Array<ArrayBuffer> {
  const { signature: _, ...signed } = event
  return encoder.encode(canonicalJson({ audience, event: signed as unknown as Json }))
}
