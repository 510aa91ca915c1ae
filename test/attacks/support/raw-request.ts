// Sends a request as it is written, byte for byte: other clients tidy the target up first.
import { connect } from 'node:net'

export interface RawReply {
  readonly status: number
  /** Lower-case names; of several of a name all, joined with a line break. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** All of it, as it came. */
  readonly text: string
}

export interface RawRequest {
  readonly method?: string
  /** Sent in the order given, after Host; `host` takes Host's place. Two of one name are two lines. */
  readonly headers?: readonly (readonly [name: string, value: string])[]
  readonly body?: string
}

const TIMEOUT_MS = 20_000

/** Status 0: the server closed the connection without an answer. */
export function rawRequest(
  origin: string,
  target: string,
  { method = 'GET', headers = [], body = '' }: RawRequest = {},
): Promise<RawReply> {
  const { host, port } = new URL(origin)
  const hasHost = headers.some(([name]) => name.toLowerCase() === 'host')
  const lines = [
    `${method} ${target} HTTP/1.1`,
    ...(hasHost ? [] : [`Host: ${host}`]),
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
    'Connection: close',
  ]
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(Number(port), '127.0.0.1')
    const done = () => resolve(parseReply(Buffer.concat(chunks).toString('utf8')))
    socket.setTimeout(TIMEOUT_MS, () => {
      socket.destroy()
      reject(new Error(`no answer to ${method} ${target.slice(0, 100)} in ${TIMEOUT_MS} ms`))
    })
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.once('end', done)
    // a server may hang up on what it will not read to its end
    socket.once('error', done)
    socket.write(Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`, 'utf8'))
  })
}

function parseReply(text: string): RawReply {
  const end = text.indexOf('\r\n\r\n')
  const [first = '', ...lines] = text.slice(0, end === -1 ? undefined : end).split('\r\n')
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const at = line.indexOf(':')
    const name = line.slice(0, at).toLowerCase()
    const value = line.slice(at + 1).trim()
    headers[name] = headers[name] === undefined ? value : `${headers[name]}\n${value}`
  }
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1] ?? 0)
  return { status, headers, body: end === -1 ? '' : text.slice(end + 4), text }
}
