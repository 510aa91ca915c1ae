// A reply of the guard's own, through Fastify: what plugins put on replies stays.
import type { Reply } from '@countersign/core'
import { editReply } from '@countersign/node/http'
import type { FastifyReply } from 'fastify'

export function sendReply(
  reply: FastifyReply,
  { status, headers, cookies, body }: Reply,
): FastifyReply {
  reply.removeHeader('content-type')
  // as the last word: Fastify adds a charset to what has none
  const type = body === undefined ? [] : [['content-type', body.type] as const]
  editReply(reply.raw, { headers: [...headers, ...type], cookies })
  return reply.code(status).send(body?.text)
}
