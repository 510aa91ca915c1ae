// Our cookies on the 101 that whoever makes the handshake writes. A device that was bound to this login must not lose its own.
import type { Duplex } from 'node:stream'
import { type Edits, serializeCookie } from '@countersign/core'

const SWITCHING = 'HTTP/1.1 101 '

export function editHandshake(socket: Duplex, { cookies }: Edits): void {
  if (cookies.length === 0) return
  const lines = cookies.map((cookie) => `set-cookie: ${serializeCookie(cookie)}\r\n`).join('')
  const write = socket.write
  // libraries write the whole head at once, and offer no common way to add to it
  socket.write = function writeHandshake(chunk: unknown, ...rest: unknown[]) {
    socket.write = write
    return Reflect.apply(write, socket, [withLines(chunk, lines), ...rest])
  }
}

function withLines(chunk: unknown, lines: string): unknown {
  const head = Buffer.isBuffer(chunk) ? chunk.toString('latin1') : chunk
  if (typeof head !== 'string' || !head.startsWith(SWITCHING)) return chunk
  const start = head.indexOf('\r\n') + 2
  return head.slice(0, start) + lines + head.slice(start)
}
