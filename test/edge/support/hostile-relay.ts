// Stands between an edge and the feed that it follows: passes on what both say, until it turns hostile.
import { type IncomingMessage, request, type ServerResponse } from 'node:http'
import { listen } from './feed-world.ts'

/** An answer as it came from the other side. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export interface Asked {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  /** What the other side says to it, for those who change that. */
  honest(): Promise<Answer>
  /** The first answer that ever came. */
  readonly first: Answer | undefined
}

export type Attack = (asked: Asked) => unknown

export interface Relay {
  readonly port: number
  /** `undefined`: honest again. */
  become(attack: Attack | undefined): void
  /** How often it was asked since it last became something. */
  asked(): number
  stop(): Promise<void>
}

export async function startRelay(port: number): Promise<Relay> {
  let attack: Attack | undefined
  let count = 0
  let first: Answer | undefined
  const relay = await listen(async (req, res) => {
    count += 1
    const honest = () => ask(port, req)
    try {
      if (attack !== undefined) return await attack({ req, res, honest, first })
      const answer = await honest()
      first ??= answer
      send(res, answer)
    } catch {
      res.destroy()
    }
  })
  return {
    port: relay.port,
    become(next) {
      attack = next
      count = 0
    },
    asked: () => count,
    stop: relay.stop,
  }
}

export function send(res: ServerResponse, { status, headers, body }: Answer): void {
  res.writeHead(status, headers).end(status === 304 ? undefined : body)
}

function ask(port: number, { url, headers }: IncomingMessage): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = {
      port,
      host: '127.0.0.1',
      path: url,
      headers: { ...headers, connection: 'close' },
    }
    const asking = request(options, async (res) => {
      try {
        const chunks: Buffer[] = []
        for await (const chunk of res) chunks.push(chunk as Buffer)
        const kept = ['etag', 'countersign-feed', 'content-type', 'cache-control']
        const found = kept
          .flatMap((name) => [[name, res.headers[name]]])
          .filter(([, value]) => value)
        resolve({
          status: res.statusCode ?? 0,
          headers: Object.fromEntries(found),
          body: Buffer.concat(chunks),
        })
      } catch (error) {
        reject(error)
      }
    })
    asking.on('error', reject)
    asking.end()
  })
}
