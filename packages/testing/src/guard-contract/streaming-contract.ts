// A guard holds nothing back: what a handler has written is with the client before it has written the rest.
import { describe, expect, test } from 'vitest'
import { expectGuarded } from './expect-reply.ts'
import type { ContractContext } from './guard-contract.ts'
import { person } from './person.ts'

export function streamingContract({ origin, has }: ContractContext): void {
  if (!has('streaming')) return
  describe('a response that is written bit by bit', () => {
    test('is read bit by bit, guarded from its first byte', async () => {
      const path = `${origin()}/held?key=${crypto.randomUUID()}`
      const [login] = [...person(origin()).cookies].map((pair) => pair.join('='))
      const reply = await fetch(path, {
        // a compression may wait for more
        headers: { cookie: login ?? '', 'accept-encoding': 'identity' },
      })
      expect(reply.status).toBe(200)
      expectGuarded(reply)
      const body = reply.body?.pipeThrough(new TextDecoderStream()).getReader()
      // the handler writes no more before it is told: a guard that waited for the end would wait for ever
      expect(await body?.read()).toEqual({ done: false, value: 'first ' })
      const release = async () => (await fetch(path, { method: 'POST' })).text()
      // it may not have come so far yet
      await expect.poll(release, { timeout: 10_000, interval: 20 }).toBe('true')
      let rest = ''
      for (let part = await body?.read(); part?.done === false; part = await body?.read())
        rest += part.value
      expect(rest).toBe('last')
    })
  })
}
