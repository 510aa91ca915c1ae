// An Express request as core reads it.
import type { Incoming } from '@countersign/core'
import type { Request } from 'express'

export function readRequest(req: Request): Incoming<Request> {
  return {
    request: req,
    slot: req,
    reader: {
      method: () => req.method.toUpperCase(),
      // before any mount took a part of it away
      target: () => req.originalUrl,
      header: (name) => {
        const value = req.headers[name]
        return Array.isArray(value) ? value.join(', ') : value
      },
      peerAddress: () => req.socket.remoteAddress,
    },
  }
}
