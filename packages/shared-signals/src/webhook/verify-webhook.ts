// A message in the Standard Webhooks format: its three headers, and whether a secret that is known signed it.

export interface WebhookHeaders {
  readonly id: string
  /** As it was signed: seconds, in digits. */
  readonly timestamp: string
  /** Milliseconds since the epoch. */
  readonly sentAt: number
  readonly signatures: readonly Uint8Array<ArrayBuffer>[]
}

export interface WebhookError {
  readonly ok: false
  readonly err: WebhookErrorCode
  /** For whoever operates the sender. It says nothing of what is known here. */
  readonly description: string
}

export type WebhookErrorCode =
  | 'invalid_headers'
  | 'invalid_timestamp'
  | 'invalid_signature'
  | 'invalid_body'
  | 'too_large'
  | 'id_taken'

/** Standard Webhooks, "Verifying webhook authenticity": either way, for clocks and for the time on the wire. */
const TOLERANCE_MS = 5 * 60_000
/** One for each secret of a rotation; more are work that somebody gives us. */
const MOST_SIGNATURES = 10

export function readWebhookHeaders(
  headers: Headers,
  now: number,
): (WebhookHeaders & { readonly ok: true }) | WebhookError {
  const id = headers.get('webhook-id') ?? ''
  const timestamp = headers.get('webhook-timestamp') ?? ''
  const list = headers.get('webhook-signature') ?? ''
  if (!/^[\x21-\x7e]{1,256}$/.test(id))
    return refuseWebhook('invalid_headers', 'webhook-id must be a text of at most 256 characters')
  if (!/^\d{1,12}$/.test(timestamp))
    return refuseWebhook('invalid_headers', 'webhook-timestamp must be a time in seconds')
  const sentAt = Number(timestamp) * 1000
  if (Math.abs(now - sentAt) > TOLERANCE_MS)
    return refuseWebhook('invalid_timestamp', 'webhook-timestamp is more than 5 minutes off')
  const signatures = readSignatures(list)
  if (signatures.length === 0)
    return refuseWebhook('invalid_headers', 'webhook-signature must have a signature v1')
  return { ok: true, id, timestamp, sentAt, signatures }
}

/** HMAC-SHA256 of id, timestamp and body, by any of the keys. Compared in a time that tells nothing. */
export async function isSigned(
  { id, timestamp, signatures }: WebhookHeaders,
  body: string,
  keys: readonly Promise<CryptoKey>[],
): Promise<boolean> {
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${body}`)
  for (const key of await Promise.all(keys))
    for (const signature of signatures)
      if (await crypto.subtle.verify('HMAC', key, signature, signed)) return true
  return false
}

export function refuseWebhook(err: WebhookErrorCode, description: string): WebhookError {
  return { ok: false, err, description }
}

/** Those of other versions are for others: `v1a` is by a public key. */
function readSignatures(list: string): readonly Uint8Array<ArrayBuffer>[] {
  if (list.length > 2048) return []
  return list
    .split(' ')
    .filter((one) => /^v1,[A-Za-z0-9+/]{43}=$/.test(one))
    .slice(0, MOST_SIGNATURES)
    .map((one) => Uint8Array.from(atob(one.slice(3)), (char) => char.charCodeAt(0)))
}
