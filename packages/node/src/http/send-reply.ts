// A reply of the guard's own, sent.
import type { ServerResponse } from 'node:http'
import type { Reply } from '@countersign/core'
import { editReply } from './edit-reply.ts'

export function sendReply(res: ServerResponse, reply: Reply): void {
  editReply(res, reply)
  res.statusCode = reply.status
  if (reply.body !== undefined) res.setHeader('content-type', reply.body.type)
  res.end(reply.body?.text)
}
