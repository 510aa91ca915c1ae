// One-time codes, and the form for them.
import { openShop, type Shop } from '@countersign/example-shop'
import type { OpenChallenge } from '@countersign/next'

/** At the first request only: a build opens nothing. */
export function shop(): Shop {
  return openShop({ ...process.env, COUNTERSIGN_DEMO: '1' })
}

export function checkCode(subject: string, code: unknown): boolean {
  return shop().codes.spend(subject, code)
}

export function stepUpPage(challenge: OpenChallenge | undefined): Response {
  const form = `<form method="post"><input name="ticket" value="${challenge?.ticket}"><input name="code"></form>`
  return new Response(form, { headers: { 'content-type': 'text/html; charset=utf-8' } })
}
