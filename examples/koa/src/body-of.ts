// The form or JSON that came, or nothing: whoever reads a field checks its type.
import type { Context } from 'koa'

export function bodyOf(ctx: Context): Readonly<Record<string, unknown>> {
  const { body } = ctx.request as { readonly body?: unknown }
  return typeof body === 'object' && body !== null ? { ...body } : {}
}
