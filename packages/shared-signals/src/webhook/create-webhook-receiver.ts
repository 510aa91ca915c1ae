// Receives signed webhooks (Standard Webhooks) for one guard: what an app's own services and its vendors report.
import type { Json } from '@countersign/core'
import { limitInFlight } from '../http/limit-in-flight.ts'
import { readBody } from '../http/read-body.ts'
import { takeOnce } from '../receive/take-once.ts'
import { MOST_SIGNALS, sendSignals, toSignals } from './send-signals.ts'
import {
  isSigned,
  readWebhookHeaders,
  refuseWebhook,
  type WebhookError,
  type WebhookErrorCode,
  type WebhookHeaders,
} from './verify-webhook.ts'
import { readWebhookOptions, type WebhookOptions } from './webhook-options.ts'

export interface WebhookReceiver {
  /**
   * The endpoint: answers 202 once what the message signals holds here, also where it came before; 401 where nobody known
   * signed it; another 4xx, with a code, where it cannot be taken; 429, or 503 where something failed on this side, with
   * Retry-After.
   */
  receive(request: Request): Promise<Response>
}

/** Strangers are told apart only after their body was read: so many at a time, beside those that are worked on. */
const MOST_READING = 256
/** Senders try again for days; whoever replays has five minutes. */
const REMEMBERED_MS = 7 * 86_400_000

/**
 * A message takes effect once, on whichever instance it comes in, and is answered once its signals hold: they count in the
 * very next decision.
 *
 * @throws ConfigurationError where an option is wrong
 * @example
 * const webhooks = createWebhookReceiver({
 *   guard,
 *   sender: 'fraud.example',
 *   secrets: process.env.FRAUD_WEBHOOK_SECRET,
 *   signals: ({ body }) => ({ code: 'bot-activity', about: { subject: String(body.user) } }),
 * })
 */
export function createWebhookReceiver(options: WebhookOptions): WebhookReceiver {
  const { guard, sender, keys, signals, maxBytes, maxInFlight, logger, clock } =
    readWebhookOptions(options)
  const seen = guard.storage('webhook-seen')
  const reading = limitInFlight(MOST_READING)
  const working = limitInFlight(maxInFlight)

  /** The body of a message whose signature is good. */
  async function verify(request: Request, headers: WebhookHeaders): Promise<string | WebhookError> {
    const body = await readBody(request, maxBytes)
    if (!body.ok) {
      const err = body.why === 'too_large' ? 'too_large' : 'invalid_body'
      return refuseWebhook(err, `the body cannot be read: ${body.why}`)
    }
    if (await isSigned(headers, body.text, keys)) return body.text
    return refuseWebhook('invalid_signature', 'no signature is by a secret that is known here')
  }

  async function takeEffect({ id, sentAt }: WebhookHeaders, text: string): Promise<Response> {
    const body = parse(text)
    if (body === undefined) return toError(refuseWebhook('invalid_body', 'the body is no JSON'))
    const message = Object.freeze({ id, sentAt, body })
    const taking = await takeOnce(
      seen,
      { id: `${sender}\n${id}`, content: text },
      REMEMBERED_MS,
      async () => {
        const told = toSignals(await signals(message))
        if (told.length > MOST_SIGNALS) throw new TooMany()
        await sendSignals(guard, told, { sender, logger })
      },
    )
    if (taking === 'conflict')
      return toError(refuseWebhook('id_taken', 'another message came under this webhook-id before'))
    return reply(202)
  }

  async function answer(request: Request): Promise<Response> {
    const headers = readWebhookHeaders(request.headers, clock.now())
    if (!headers.ok) return toError(headers)
    const verified = await reading.run(() => verify(request, headers))
    if (verified === undefined) return comeAgain(429)
    if (typeof verified !== 'string') return toError(verified)
    return (await working.run(() => takeEffect(headers, verified))) ?? comeAgain(429)
  }

  return {
    async receive(request) {
      if (request.method !== 'POST') return reply(405, { allow: 'POST' })
      try {
        return await answer(request)
      } catch (error) {
        if (error instanceof TooMany)
          return toError(refuseWebhook('too_large', `more than ${MOST_SIGNALS} signals at once`))
        logger.error(
          { err: error, sender },
          'a webhook could not be worked on: its sender is asked to send it again',
        )
        return comeAgain(503)
      }
    },
  }
}

class TooMany extends Error {}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

const STATUS: Readonly<Record<WebhookErrorCode, number>> = {
  invalid_headers: 400,
  invalid_timestamp: 401,
  invalid_signature: 401,
  invalid_body: 400,
  too_large: 413,
  id_taken: 409,
}

function toError({ err, description }: WebhookError): Response {
  return reply(
    STATUS[err],
    { 'content-type': 'application/json', 'content-language': 'en' },
    JSON.stringify({ err, description }),
  )
}

function comeAgain(status: 429 | 503): Response {
  return reply(status, { 'retry-after': '1' })
}

function reply(
  status: number,
  headers: Record<string, string> = {},
  body: string | null = null,
): Response {
  return new Response(body, { status, headers: { 'cache-control': 'no-store', ...headers } })
}
