// A request of node:http as core reads it.
import type { IncomingMessage } from 'node:http'
import type { RequestReader } from '@countersign/core'

/** `target`: as on the wire, before any mount took a part of it away; frameworks keep it under names of their own. */
export function readIncoming(req: IncomingMessage, target: () => string): RequestReader {
  return {
    method: () => (req.method ?? '').toUpperCase(),
    target,
    header(name) {
      const value = req.headers[name]
      return Array.isArray(value) ? value.join(', ') : value
    },
    peerAddress: () => req.socket.remoteAddress,
  }
}
