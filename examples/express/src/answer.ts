// What the shop sends: a page where a person will look at it, JSON where a program asked.
import { type MessageStatus, messagePage, PAGE_HEADERS, wantsPage } from '@countersign/example-shop'
import type { ErrorRequestHandler, Request, Response } from 'express'

export interface Answer {
  page(): string
  json(): object
}

export function answer(req: Request, res: Response, { page, json }: Answer): void {
  if (wantsPage((name) => req.get(name))) res.set(PAGE_HEADERS).send(page())
  else res.set('Cache-Control', 'private, no-store').json(json())
}

export function answerMessage(req: Request, res: Response, status: MessageStatus): void {
  res.status(status)
  answer(req, res, { page: () => messagePage({ status }), json: () => ({ title: TITLES[status] }) })
}

export function answerNotFound(req: Request, res: Response): void {
  answerMessage(req, res, 404)
}

/** Opaque: what went wrong is for the log. */
export const answerError: ErrorRequestHandler = (error, req, res, next) => {
  if (res.headersSent) return next(error)
  const isClients = error.status >= 400 && error.status < 500
  if (!isClients) console.error(error)
  answerMessage(req, res, isClients ? 400 : 503)
}

const TITLES: Readonly<Record<MessageStatus, string>> = {
  400: 'This request is not valid.',
  403: 'This is not allowed.',
  404: 'There is nothing here.',
  503: 'This cannot be done right now.',
}
