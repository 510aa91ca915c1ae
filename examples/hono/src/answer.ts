// What the shop sends: a page where a person will look at it, JSON where a program asked.
import { type MessageStatus, messagePage, PAGE_HEADERS, wantsPage } from '@countersign/example-shop'
import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'

export interface Answer {
  page(): string
  json(): object
}

export function answer(c: Context, { page, json }: Answer): Response {
  if (wantsPage((name) => c.req.header(name))) return c.body(page(), { headers: PAGE_HEADERS })
  c.header('Cache-Control', 'private, no-store')
  return c.json(json())
}

export function answerMessage(c: Context, status: MessageStatus): Response {
  c.status(status)
  return answer(c, { page: () => messagePage({ status }), json: () => ({ title: TITLES[status] }) })
}

export function answerNotFound(c: Context): Response {
  return answerMessage(c, 404)
}

/** Opaque: what went wrong is for the log. */
export function answerError(error: Error, c: Context): Response {
  const isClients =
    error instanceof SyntaxError || (error instanceof HTTPException && error.status < 500)
  if (!isClients) console.error(error)
  return answerMessage(c, isClients ? 400 : 503)
}

const TITLES: Readonly<Record<MessageStatus, string>> = {
  400: 'This request is not valid.',
  403: 'This is not allowed.',
  404: 'There is nothing here.',
  503: 'This cannot be done right now.',
}
