// What the shop sends: a page where a person will look at it, JSON where a program asked.
import { type MessageStatus, messagePage, PAGE_HEADERS, wantsPage } from '@countersign/example-shop'
import type { Context, Next } from 'koa'

export interface Answer {
  page(): string
  json(): object
}

export function answer(ctx: Context, { page, json }: Answer): void {
  if (wantsPage((name) => ctx.get(name))) {
    ctx.set(PAGE_HEADERS)
    ctx.body = page()
  } else {
    ctx.set('Cache-Control', 'private, no-store')
    ctx.body = json()
  }
}

export function answerMessage(ctx: Context, status: MessageStatus): void {
  ctx.status = status
  answer(ctx, { page: () => messagePage({ status }), json: () => ({ title: TITLES[status] }) })
}

export function redirect(ctx: Context, path: string): void {
  ctx.redirect(path)
  ctx.status = 303
}

/** Where nothing answered, and where something threw. Opaque: what went wrong is for the log. */
export async function answerProblems(ctx: Context, next: Next): Promise<void> {
  try {
    await next()
    if (ctx.status === 404 && ctx.body === undefined) answerMessage(ctx, 404)
  } catch (error) {
    const { status } = error as { status?: number }
    const isClients = status !== undefined && status >= 400 && status < 500
    if (!isClients) console.error(error)
    answerMessage(ctx, isClients ? 400 : 503)
  }
}

const TITLES: Readonly<Record<MessageStatus, string>> = {
  400: 'This request is not valid.',
  403: 'This is not allowed.',
  404: 'There is nothing here.',
  503: 'This cannot be done right now.',
}
