// The form or JSON that came, or nothing: whoever reads a field checks its type. Hono keeps it, for it is read twice.
import type { Context } from 'hono'

/** Empty where there is none that can be read: to the guard, and to the handlers, what it lacks is unknown. */
export async function bodyOf(c: Context): Promise<Readonly<Record<string, unknown>>> {
  const isJson = /^application\/json\b/i.test(c.req.header('content-type') ?? '')
  const body: unknown = await (isJson ? c.req.json() : c.req.parseBody()).catch(() => undefined)
  return typeof body === 'object' && body !== null ? { ...body } : {}
}
