// Whoever stands between an edge and the feed that it follows can cut it off, and do nothing else: each attack leaves it
// without a fresh word, so that it grows strict (law 6), and none of them is ever folded.
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  createFeedProofs,
  FEED_HEADER,
  type FeedAnswer,
} from '../../packages/core/src/http-feed/feed-proofs.ts'
import { type Edge, listen, type Node, SECRET, startEdge, startNode } from './support/feed-world.ts'
import { type Asked, type Attack, send, startRelay } from './support/hostile-relay.ts'

let node: Node
let trap: Awaited<ReturnType<typeof listen>>
let trapped = 0

beforeAll(async () => {
  node = await startNode()
  trap = await listen((_req, res) => {
    trapped += 1
    res.end()
  })
  // what the forged answers would take back, and the old ones know nothing of
  await node.guard.signal({ code: 'account-disabled', about: { subject: 'mallory' } })
})
afterAll(async () => {
  await trap.stop()
  await node.stop()
})

/** Says something of its own, signed by whoever has `secret`. */
function saying(
  secret: string,
  body: string,
  changes: (asked: Asked) => Partial<FeedAnswer> & { readonly nonce?: string },
): Attack {
  return async (asked) => {
    const { nonce, ...changed } = changes(asked)
    const [, , own = ''] = (asked.req.headers.authorization ?? '').split('.')
    const proofs = await createFeedProofs([secret])
    const admitted = await proofs.admit((await proofs.ask(Date.now())).authorization, Date.now())
    if (admitted === undefined) throw new Error('the proofs do not admit themselves')
    const bytes = Buffer.from(body)
    const answer: FeedAnswer = {
      status: 200,
      position: '1:99',
      at: Date.now(),
      ageMs: 0,
      heldMs: 0,
      digest: createHash('sha256').update(bytes).digest('base64url'),
      bytes: bytes.length,
      ...changed,
    }
    const signed = await proofs.sign({ ...admitted, nonce: nonce ?? own }, answer)
    send(asked.res, { status: answer.status, headers: { [FEED_HEADER]: signed }, body: bytes })
  }
}

/** Answers as the other side does, changed. It has something new to say, so that there is a body. */
function changed(change: (body: Buffer) => Buffer): Attack {
  return async ({ honest, req, res }) => {
    delete req.headers['if-none-match']
    const answer = await honest()
    send(res, { ...answer, body: change(answer.body) })
  }
}

const NOTHING = '[]\n'

const ATTACKS: readonly {
  readonly name: string
  readonly attack: Attack
  readonly told: RegExp
}[] = [
  {
    name: 'an answer that nobody signed',
    attack: ({ res }) => send(res, { status: 200, headers: {}, body: Buffer.from(NOTHING) }),
    told: /answered 200, without a proof/,
  },
  {
    name: 'an answer signed with another secret',
    attack: saying('another secret of at least 32 characters', NOTHING, () => ({})),
    told: /without a proof/,
  },
  {
    name: 'an answer that was signed for another request',
    attack: saying(SECRET, NOTHING, () => ({ nonce: 'A'.repeat(22) })),
    told: /without a proof/,
  },
  {
    name: 'an old answer, sent again',
    attack: ({ res, first }) => first && send(res, first),
    told: /without a proof/,
  },
  {
    name: 'a heartbeat under another status',
    attack: async ({ res, honest }) =>
      send(res, { ...(await honest()), status: 200, body: Buffer.from(NOTHING) }),
    told: /without a proof/,
  },
  {
    name: 'a heartbeat about another position',
    attack: saying(SECRET, '', () => ({ status: 304, position: '1:77' })),
    told: /confirmed 1:77, and was asked about/,
  },
  {
    name: 'a position before what was seen',
    attack: saying(SECRET, NOTHING, () => ({ position: '1:1' })),
    told: /the feed cannot be folded/,
  },
  {
    name: 'a generation before what was seen',
    attack: saying(SECRET, NOTHING, () => ({ position: '0:999' })),
    told: /the feed cannot be folded/,
  },
  {
    name: 'a clock that is a minute off',
    attack: saying(SECRET, '', ({ req }) => ({
      status: 304,
      at: Date.now() - 60_000,
      position: /"(.*)"/.exec(req.headers['if-none-match'] ?? '')?.[1] as '1:1',
    })),
    told: /clocks .* differ by 60 s/,
  },
  {
    name: 'an answer cut off',
    attack: changed((body) => body.subarray(0, -10)),
    told: /ends after \d+ of \d+ bytes/,
  },
  {
    name: 'an answer with something added',
    attack: changed((body) => Buffer.concat([body, Buffer.alloc(1_000_000, ' ')])),
    told: /longer than the \d+ bytes/,
  },
  {
    name: 'an answer with one byte changed',
    attack: changed((body) =>
      Buffer.from(body.toString('latin1').replace('mallory', 'nallory'), 'latin1'),
    ),
    told: /another text than it signed/,
  },
  {
    name: 'a redirect to elsewhere',
    attack: ({ res }) =>
      res.writeHead(302, { location: `http://127.0.0.1:${trap.port}/countersign/feed` }).end(),
    told: /without a proof/,
  },
  { name: 'a 401', attack: ({ res }) => res.writeHead(401).end(), told: /answered 401/ },
  {
    name: 'a 500',
    attack: ({ res }) => res.writeHead(500).end('{"ok":true}'),
    told: /answered 500/,
  },
  { name: 'a closed connection', attack: ({ res }) => res.destroy(), told: /./ },
  {
    name: 'headers that come, and a body that never does',
    attack: async ({ res, req, honest }) => {
      delete req.headers['if-none-match']
      const { status, headers } = await honest()
      res.writeHead(status, headers).write('[')
    },
    told: /took too long/,
  },
]

describe.concurrent('an edge whose feed is answered with', () => {
  test.each(ATTACKS)(
    '$name learns nothing from it, and is strict within maxStaleness',
    async ({ attack, told }) => {
      const relay = await startRelay(node.port)
      const edge = await startEdge(relay.port, { maxStaleness: '2s' })
      try {
        await edge.ready()
        // a busy machine may be stale right away
        await until(async () => (await edge.ask('/transfer')) === 'goes on')
        const { position } = await edge.health()
        relay.become(attack)
        await until(async () => relay.asked() > 1 || (await edge.health()).stale)
        await until(async () => (await edge.health()).stale)
        expect(await edge.ask('/transfer')).toEqual([401, 'step_up_required'])
        expect(await edge.ask('/account', 'mallory')).toEqual([403, 'denied'])
        expect((await edge.health()).position).toBe(position)
        await until(async () => told.test((await edge.told()).join('\n')))
        expect(trapped).toBe(0)

        relay.become(undefined)
        await until(async () => (await edge.ask('/transfer')) === 'goes on')
      } finally {
        await edge.close()
        await relay.stop()
      }
    },
  )
})

describe.concurrent('who asks for the feed', () => {
  test('with another secret is told nothing, and its edge opens nothing', async () => {
    const edge: Edge = await startEdge(node.port, { secret: 'not the secret of the app, 32 long' })
    try {
      // it tries for 10 s before it says so
      expect(await edge.ask('/account')).toEqual([503, 'unavailable'])
      expect((await edge.told()).join('\n')).toMatch(/answered 401, without a proof/)
    } finally {
      await edge.close()
    }
  })

  test('of an instance that has seen less is refused: the edge keeps what it knows', async () => {
    const younger = await startNode()
    const relay = await startRelay(node.port)
    const edge = await startEdge(relay.port, { maxStaleness: '2s' })
    try {
      await edge.ready()
      relay.become(async ({ req, res }) => {
        const answer = await fetch(`http://127.0.0.1:${younger.port}${req.url}`, {
          headers: Object.fromEntries(
            ['authorization', 'if-none-match'].map((name) => [
              name,
              String(req.headers[name] ?? ''),
            ]),
          ),
        })
        res.writeHead(answer.status).end()
      })
      await until(async () => (await edge.health()).stale)
      expect((await edge.told()).join('\n')).toContain('answered 409')
      expect(await edge.ask('/account', 'mallory')).toEqual([403, 'denied'])
    } finally {
      await edge.close()
      await relay.stop()
      await younger.stop()
    }
  })
})

async function until(holds: () => Promise<boolean>): Promise<void> {
  // not expect.poll, which knows of one test at a time
  for (let tries = 0; !(await holds()); tries++) {
    if (tries > 1_500) throw new Error('it never came to be')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
