// Guards for Hono on Node, and where Node's modules are: Bun and Deno.
import type { Edits, GuardOptions } from '@countersign/core'
import { nodePlatform } from '@countersign/node'
import { editReply } from '@countersign/node/http'
import type { Context } from 'hono'
import { type Guard, guardWith } from './guard-with.ts'
import { nodeOf } from './node-bindings.ts'

/** @throws ConfigurationError where an option, or the policy, is wrong */
export function createGuard(options: GuardOptions<Context>): Guard {
  return guardWith(options, nodePlatform, editOutgoing)
}

/** With @hono/node-server right before the headers go out, also where a handler writes past Hono. No cookie is set twice. */
function editOutgoing(c: Context, edits: Edits): Edits {
  const outgoing = nodeOf(c)?.outgoing
  if (outgoing === undefined) return edits
  editReply(outgoing, edits)
  return { ...edits, cookies: [] }
}
