// JSON messages on a socket, one a line, of bounded size.
import type { Socket } from 'node:net'

/** A policy of 10,000 rules fits; a peer that sends more is not one of ours. */
const LONGEST_MESSAGE = 32 * 1024 * 1024

/** Calls `take` with each message. Calls `fail` once, and reads no more, where one is too long or no JSON. */
export function readMessages(
  socket: Socket,
  take: (message: unknown) => void,
  fail: (reason: string) => void,
): void {
  let parts: Buffer[] = []
  let size = 0
  let failed = false
  socket.on('data', (data: Buffer) => {
    let rest = data
    while (!failed) {
      const end = rest.indexOf(10)
      const part = end < 0 ? rest : rest.subarray(0, end)
      size += part.length
      if (size > LONGEST_MESSAGE) return stop(`a message is longer than ${LONGEST_MESSAGE} bytes`)
      parts.push(part)
      if (end < 0) return
      const line = Buffer.concat(parts).toString('utf8')
      parts = []
      size = 0
      rest = rest.subarray(end + 1)
      const message = parse(line)
      if (message === undefined) return stop('a message is no JSON')
      take(message.value)
    }
  })
  function stop(reason: string): void {
    failed = true
    parts = []
    fail(reason)
  }
}

export function writeMessage(socket: Socket, message: object): void {
  if (socket.writable) socket.write(`${JSON.stringify(message)}\n`)
}

function parse(line: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(line) }
  } catch {
    return undefined
  }
}
