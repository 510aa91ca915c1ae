// A reply, or edits to the handler's own, written out by Express.
import { type Edits, type Reply, serializeCookie } from '@countersign/core'
import type { Response } from 'express'
import onHeaders from 'on-headers'

export function sendReply(res: Response, reply: Reply): void {
  res.status(reply.status)
  for (const [name, value] of reply.headers) res.setHeader(name, value)
  for (const cookie of reply.cookies) res.append('Set-Cookie', serializeCookie(cookie))
  if (reply.body === undefined) {
    res.end()
    return
  }
  res.setHeader('content-type', reply.body.type)
  res.end(reply.body.text)
}

/** As the last word before the headers go out: what the handler says of caching does not undo it (T38). */
export function applyEdits(res: Response, { headers, cookies }: Edits): void {
  onHeaders(res, () => {
    for (const [name, value] of headers) {
      if (name === 'vary') res.vary(value)
      else res.setHeader(name, value)
    }
    for (const cookie of cookies) res.append('Set-Cookie', serializeCookie(cookie))
  })
}
