// The fields of a challenge page's form. Hono keeps what was read, so that the app reads it too.
import type { Context } from 'hono'

/** `undefined` where there is no form, or none that can be read: the query may have the ticket. */
export async function readForm(c: Context): Promise<unknown> {
  const type = c.req.header('content-type')
  if (type === undefined) return undefined
  try {
    return await (/^application\/json\b/i.test(type) ? c.req.json() : c.req.formData())
  } catch {
    return undefined
  }
}
