// A context of Hono as core reads it.
import { type Incoming, readFetchRequest } from '@countersign/core'
import type { Context } from 'hono'
import { nodeOf } from './node-bindings.ts'

/** On Node as on the wire: an app that is mounted in another is given a rewritten request, and one URL is not as it came. */
export function readContext(c: Context): Incoming<Context> {
  const reader = readFetchRequest(c.req.raw)
  const incoming = nodeOf(c)?.incoming
  if (incoming === undefined) return { request: c, slot: slotOf(c), reader }
  return {
    request: c,
    slot: slotOf(c),
    reader: {
      ...reader,
      target: () => incoming.url ?? reader.target(),
      peerAddress: () => incoming.socket.remoteAddress,
    },
  }
}

/** An app that is mounted in another has a context of its own, but on Node never a request of its own. */
export function slotOf(c: Context): object {
  return nodeOf(c)?.incoming ?? c
}
