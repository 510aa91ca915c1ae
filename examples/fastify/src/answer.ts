// What the shop sends: a page where a person will look at it, JSON where a program asked.
import { type MessageStatus, messagePage, PAGE_HEADERS, wantsPage } from '@countersign/example-shop'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'

export interface Answer {
  page(): string
  json(): object
}

export function answer(
  req: FastifyRequest,
  reply: FastifyReply,
  { page, json }: Answer,
): FastifyReply {
  if (asksForPage(req)) return reply.headers(PAGE_HEADERS).send(page())
  return reply.header('Cache-Control', 'private, no-store').send(json())
}

export function asksForPage(req: FastifyRequest): boolean {
  return wantsPage(headersOf(req))
}

/** As the shop reads headers. */
export function headersOf(req: FastifyRequest): (name: string) => string | undefined {
  return (name) => req.headers[name]?.toString()
}

export function answerMessage(
  req: FastifyRequest,
  reply: FastifyReply,
  status: MessageStatus,
): FastifyReply {
  reply.code(status)
  return answer(req, reply, {
    page: () => messagePage({ status }),
    json: () => ({ title: TITLES[status] }),
  })
}

export function answerNotFound(req: FastifyRequest, reply: FastifyReply): FastifyReply {
  return answerMessage(req, reply, 404)
}

/** Opaque: what went wrong is for the log. */
export function answerError(
  error: FastifyError,
  req: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { statusCode = 500 } = error
  const isClients = statusCode >= 400 && statusCode < 500
  if (!isClients) console.error(error)
  return answerMessage(req, reply, isClients ? 400 : 503)
}

const TITLES: Readonly<Record<MessageStatus, string>> = {
  400: 'This request is not valid.',
  403: 'This is not allowed.',
  404: 'There is nothing here.',
  503: 'This cannot be done right now.',
}
