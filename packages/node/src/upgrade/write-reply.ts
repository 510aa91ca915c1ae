// A reply of the guard's own on a bare socket: there is no ServerResponse where a connection asks to be upgraded.
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type Reply, serializeCookie } from '@countersign/core'

export function writeReply(socket: Duplex, { status, headers, cookies, body }: Reply): void {
  const text = body?.text ?? ''
  const all = [
    ...headers,
    ...cookies.map((cookie) => ['set-cookie', serializeCookie(cookie)] as const),
    ...(body === undefined ? [] : [['content-type', body.type] as const]),
    ['content-length', String(Buffer.byteLength(text))] as const,
    ['connection', 'close'] as const,
  ]
  const head = all.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  // the client may keep its half open for ever
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${head}\r\n${text}`)
}
