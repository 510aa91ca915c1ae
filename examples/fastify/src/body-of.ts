// The form or JSON that came, or nothing: whoever reads a field checks its type.
import type { FastifyRequest } from 'fastify'

export function bodyOf({ body }: FastifyRequest): Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null ? { ...body } : {}
}
