// What an edge and the instance that it follows prove to each other: MACs by a key of the guard's secret, one purpose each.
import { decode, encode } from 'jose/base64url'
import { type Position, parsePosition } from '../ports/position.ts'
import { deriveFeedKeys } from '../seal/derive-keys.ts'

export interface FeedProofs {
  /** Proves who asks, and names this one request. `at`: milliseconds since the epoch. */
  ask(at: number): Promise<{ readonly authorization: string; readonly nonce: string }>
  /** `undefined` for anything that none of the secrets signed within the last half a minute. */
  admit(authorization: string | undefined, at: number): Promise<Asked | undefined>
  /** Signed with the secret that the request was signed with: who rotates one has both for a while. */
  sign(asked: Asked, answer: FeedAnswer): Promise<string>
  /** `undefined` for anything but the answer to this very request: an old one has another nonce. */
  verify(signed: string | null, nonce: string): Promise<FeedAnswer | undefined>
}

export interface Asked {
  readonly nonce: string
  readonly key: CryptoKey
}

/** What an answer says, the body by its digest. Also a 304 says all of it: it is a heartbeat. */
export interface FeedAnswer {
  readonly status: 200 | 304
  /** Up to where the answer reaches. */
  readonly position: Position
  /** Milliseconds since the epoch, by the answering instance. */
  readonly at: number
  /** How old what it knew was when it answered. */
  readonly ageMs: number
  /** How long it waited between being asked and answering. */
  readonly heldMs: number
  /** SHA-256 of the body, base64url, and its length. */
  readonly digest: string
  readonly bytes: number
}

export const FEED_SCHEME = 'Countersign-Feed'
/** The header of every answer. */
export const FEED_HEADER = 'countersign-feed'
/** Two clocks may differ by this much, as with every feed (law 6). */
export const MAX_SKEW_MS = 30_000

/** Longer than any that we make. */
const LONGEST = 1_024
const NONCE_BYTES = 16
const VERSION = 1

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export async function createFeedProofs(secrets: readonly string[]): Promise<FeedProofs> {
  const keys = await deriveFeedKeys(secrets)
  const [newest] = keys
  if (newest === undefined) throw new Error('a feed over HTTP needs at least one secret')

  async function signerOf(text: string, mac: string): Promise<CryptoKey | undefined> {
    const bytes = decodeStrictly(mac)
    if (bytes === undefined) return undefined
    // Web Crypto compares in constant time
    for (const key of keys)
      if (await crypto.subtle.verify('HMAC', key, bytes, encoder.encode(text))) return key
    return undefined
  }

  return {
    async ask(at) {
      const nonce = encode(crypto.getRandomValues(new Uint8Array(NONCE_BYTES)))
      const mac = await macOf(newest, requestText(at, nonce))
      return { authorization: `${FEED_SCHEME} ${VERSION}.${at}.${nonce}.${mac}`, nonce }
    },
    async admit(authorization, now) {
      if (authorization === undefined || authorization.length > LONGEST) return undefined
      const [, at = '', nonce = '', mac = ''] = REQUEST.exec(authorization) ?? []
      if (mac === '' || Math.abs(now - Number(at)) > MAX_SKEW_MS) return undefined
      const key = await signerOf(requestText(Number(at), nonce), mac)
      return key && { nonce, key }
    },
    async sign({ nonce, key }, answer) {
      const claims = encode(encoder.encode(JSON.stringify({ v: VERSION, nonce, ...answer })))
      return `${claims}.${await macOf(key, answerText(claims))}`
    },
    async verify(signed, nonce) {
      if (signed === null || signed.length > LONGEST) return undefined
      const [claims = '', mac = '', ...more] = signed.split('.')
      if (more.length > 0 || (await signerOf(answerText(claims), mac)) === undefined)
        return undefined
      return readAnswer(claims, nonce)
    },
  }
}

const REQUEST = /^countersign-feed 1\.(\d{1,15})\.([\w-]{22})\.([\w-]{43})$/i

// the first line keeps one from being taken for the other
function requestText(at: number, nonce: string): string {
  return `countersign/feed/${VERSION}/request\n${at}\n${nonce}`
}

function answerText(claims: string): string {
  return `countersign/feed/${VERSION}/answer\n${claims}`
}

async function macOf(key: CryptoKey, text: string): Promise<string> {
  return encode(new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(text))))
}

function decodeStrictly(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const bytes = decode(text)
    return encode(bytes) === text ? (bytes as Uint8Array<ArrayBuffer>) : undefined
  } catch {
    return undefined
  }
}

/** Signed by one who has the secret, and all the same of a version that may not be ours. */
function readAnswer(claims: string, asked: string): FeedAnswer | undefined {
  const { v, nonce, ...answer } = JSON.parse(decoder.decode(decode(claims)))
  const { status, position, at, ageMs, heldMs, digest, bytes } = answer
  const whole =
    v === VERSION &&
    nonce === asked &&
    (status === 200 || status === 304) &&
    parsePosition(position) !== undefined &&
    [at, ageMs, heldMs, bytes].every((number) => Number.isFinite(number) && number >= 0) &&
    typeof digest === 'string'
  return whole ? { status, position, at, ageMs, heldMs, digest, bytes } : undefined
}
