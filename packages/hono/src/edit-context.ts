// The guard's headers and cookies on the context's response, whether there is one yet or not.
import { type Edits, editResponse } from '@countersign/core'
import type { Context } from 'hono'

/** Sees to it that the edits hold whatever becomes of the context's response; returns those that are left to that response. */
export type LastWord = (c: Context, edits: Edits) => Edits

export function editContext(c: Context, edits: Edits): void {
  const edited = editResponse(c.res, edits)
  if (edited === c.res) return
  // taken away first: Hono copies the headers that are there over those of a new one
  c.res = undefined
  c.res = edited
}
