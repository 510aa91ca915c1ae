// A wire between an app and a server that can be cut as networks are: nothing is refused, nothing comes any more.
import { connect, createServer, type Socket } from 'node:net'

export interface Wire {
  readonly port: number
  cut(): void
  heal(): void
  close(): Promise<void>
}

export async function wireTo(port: number): Promise<Wire> {
  const ends = new Set<Socket>()
  let isCut = false
  // half-open on purpose: what one end says reaches the other by piping, and by nothing else
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(one)
      one.on('data', (bytes) => {
        if (!other.write(bytes)) one.pause()
      })
      one.on('end', () => other.end())
      one.on('drain', () => isCut || other.resume())
      one.on('error', () => other.destroy())
      one.on('close', () => {
        ends.delete(one)
        other.destroy()
      })
      if (isCut) one.pause()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as { port: number }).port,
    cut() {
      isCut = true
      for (const end of ends) end.pause()
    },
    heal() {
      isCut = false
      for (const end of ends) end.resume()
    },
    async close() {
      for (const end of ends) end.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
