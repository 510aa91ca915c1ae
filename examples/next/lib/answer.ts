// What the shop sends: a page where a person will look at it, JSON where a program asked.
import { type MessageStatus, messagePage, PAGE_HEADERS, wantsPage } from '@countersign/example-shop'

export interface Answer {
  page(): string
  json(): object
}

export function answer(req: Request, { page, json }: Answer, status = 200): Response {
  return wantsPage((name) => req.headers.get(name))
    ? new Response(page(), { status, headers: PAGE_HEADERS })
    : Response.json(json(), { status })
}

export function answerMessage(req: Request, status: MessageStatus): Response {
  const title = TITLES[status]
  return answer(req, { page: () => messagePage({ status }), json: () => ({ title }) }, status)
}

export function seeOther(location: string, cookie?: string): Response {
  const headers = new Headers({ location })
  if (cookie !== undefined) headers.append('set-cookie', cookie)
  return new Response(null, { status: 303, headers })
}

const TITLES: Readonly<Record<MessageStatus, string>> = {
  400: 'This request is not valid.',
  403: 'This is not allowed.',
  404: 'There is nothing here.',
  503: 'This cannot be done right now.',
}
