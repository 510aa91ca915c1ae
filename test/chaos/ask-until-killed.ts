// A client that asks as fast as it is answered, and remembers each opt-out whose answer it has read to its end.
import { Agent, request } from 'node:http'

export interface Answered {
  /** Ids of decisions that the handler was reached by, as an opt-out. */
  readonly optOuts: readonly string[]
  /** How many were asked for: some were on their way when the app was killed. */
  readonly asked: number
  readonly challenged: number
}

interface Asking {
  readonly requests: number
  /** After so many answers `kill` is called, while others are on their way. */
  readonly killAfter: number
  kill(): Promise<void>
}

const LANES = 24

export async function askUntilKilled(origin: string, asking: Asking): Promise<Answered> {
  const agent = new Agent({ keepAlive: true, maxSockets: LANES })
  const optOuts: string[] = []
  let asked = 0
  let answered = 0
  let challenged = 0
  let killing: Promise<void> | undefined

  async function lane(): Promise<void> {
    while (asked < asking.requests) {
      const reply = await ask(agent, origin, asked++)
      if (reply === undefined) {
        // nobody but us may end the app
        if (killing === undefined) throw new Error('the app broke a connection off by itself')
        return
      }
      if (reply.status === 401) challenged++
      else if (reply.outcome === 'opt-out') optOuts.push(reply.id)
      else throw new Error(`an unexpected answer: ${JSON.stringify(reply)}`)
      if (++answered === asking.killAfter) killing = asking.kill()
    }
  }

  await Promise.all(Array.from({ length: LANES }, lane))
  await killing
  agent.destroy()
  return { optOuts, asked, challenged }
}

export interface Answer {
  readonly status: number
  readonly id: string
  readonly outcome: string
}

/** One in ten is for an action that has no opt-out; the others are halved between the two that have one. */
function pathOf(n: number): string {
  if (n % 10 === 9) return '/admin'
  return n % 2 === 0 ? '/browse' : '/buy'
}

/** `undefined` where no whole answer came. */
export function ask(agent: Agent, origin: string, n: number): Promise<Answer | undefined> {
  return post(agent, new URL(pathOf(n), origin), `user-${n % 7}`, { amount: 1 + (n % 10) })
}

/** As `user`. `undefined` where no whole answer came. */
export function post(
  agent: Agent,
  url: URL,
  user: string,
  value: object,
): Promise<Answer | undefined> {
  const body = JSON.stringify(value)
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'sec-fetch-site': 'same-origin',
    'x-user': user,
  }
  return new Promise((resolve) => {
    const sending = request(url, { method: 'POST', headers, agent })
    sending.once('error', () => resolve(undefined))
    sending.once('response', (incoming) => {
      let text = ''
      incoming.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      incoming.once('error', () => resolve(undefined))
      incoming.once('close', () =>
        resolve(
          incoming.complete
            ? { ...JSON.parse(text), status: Number(incoming.statusCode) }
            : undefined,
        ),
      )
    })
    sending.end(body)
  })
}
