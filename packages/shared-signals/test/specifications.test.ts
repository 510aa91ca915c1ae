// What the specifications print: each event is accepted as it stands, and does what the documents say. Opt-out has states.
import { fakeClock } from '@countersign/testing'
import { SignJWT } from 'jose'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import {
  createReceiver,
  DEFAULT_EFFECTS,
  type Receiver,
  type ReceivingGuard,
  RISC,
  verifySecurityEventToken,
} from '../src/index.ts'
import { type Instance, type Instances, openInstances } from './support/instances.ts'
import { asOfNow, type Claims, NARROWED, PRINTED_SETS } from './support/printed-sets.ts'
import {
  claimsOf,
  SPEC_AUDIENCE,
  SPEC_EXAMPLES,
  SPEC_IAT,
  SPEC_ISSUER,
} from './support/spec-examples.ts'

const secret = 'a secret that both sides have agreed on'
const options = {
  issuer: SPEC_ISSUER,
  audience: SPEC_AUDIENCE,
  algorithms: ['HS256'],
  secret,
}

function sign(claims: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'secevent+jwt' })
    .sign(new TextEncoder().encode(secret))
}

let instances: Instances | undefined
let instance: Instance | undefined
let done: string[]
beforeEach(() => {
  done = []
})
afterAll(() => instances?.stop())

/** One guard for all: what each event does is told apart by what was written down since. */
async function running(): Promise<Instance> {
  instances ??= openInstances()
  instance ??= await instances.start()
  return instance
}

function eventOf(claims: Claims): object {
  const [[type, payload] = []] = Object.entries(claims.events)
  const { iss: issuer, jti, sub_id: subject } = claims
  return { type, payload, issuer, jti, subject }
}

/** The real guard, with what is asked of it written down. */
function recorded({ guard }: Instance): ReceivingGuard {
  return {
    ...guard,
    async signal(input) {
      await guard.signal(input)
      done.push(`${input.code} ${input.share}`)
    },
    async credentialChanged(subject, what, signed) {
      await guard.credentialChanged(subject, what, signed)
      done.push(`changed ${what}`)
    },
    async sessionEnded(subject, session, signed) {
      await guard.sessionEnded(subject, session, signed)
      done.push('ended a session')
    },
  }
}

function receiverFor(
  guard: ReceivingGuard,
  told: string[] = [],
  from: { readonly issuer: string; readonly audience: string | readonly string[] } = options,
): Receiver {
  return createReceiver({
    guard,
    transmitters: [
      {
        ...{ ...options, issuer: from.issuer, audience: from.audience },
        subject: (id) => ({
          subject: 'alice',
          ...(id['session'] === undefined ? {} : { session: 's1' }),
          ...(id['device'] === undefined ? {} : { device: 'd1' }),
        }),
      },
    ],
    onEvent: (_event, outcome) => told.push(outcome),
    logger: { info() {}, warn() {}, error() {} },
  })
}

async function push(receiver: Receiver, jwt: string): Promise<number> {
  const headers = { 'content-type': 'application/secevent+jwt' }
  const request = new Request('https://sp.example.com/', { method: 'POST', headers, body: jwt })
  return (await receiver.push(request)).status
}

describe('a token that the texts print', () => {
  it.each(PRINTED_SETS)('$name is good as it is printed', async ({ claims }) => {
    const { iss: issuer, aud, iat } = claims
    const clock = fakeClock(iat * 1000)
    for (const audience of [aud].flat()) {
      const expected = { ...options, issuer, audience, clock }
      const verified = await verifySecurityEventToken(await sign(claims), expected)
      expect(verified).toMatchObject({ ok: true, event: eventOf(claims) })
    }
  })

  it.each(PRINTED_SETS)('$name does $does', async ({ claims, does }) => {
    const receiver = receiverFor(recorded(await running()), [], {
      issuer: claims.iss,
      audience: [claims.aud].flat(),
    })
    expect(await push(receiver, await sign(asOfNow(claims)))).toBe(202)
    expect(done).toEqual(does)
  })

  it.each(NARROWED)('$name is refused, for SSF narrows it', async ({ claims, why }) => {
    const { iss: issuer, aud: audience, iat } = claims as { iss: string; aud: string; iat: number }
    const expected = { ...options, issuer, audience, clock: fakeClock(iat * 1000) }
    const verified = await verifySecurityEventToken(await sign(claims), expected)
    expect(verified).toMatchObject({ ok: false, err: 'invalid_request' })
    expect(verified.ok ? '' : verified.description).toMatch(why)
  })
})

describe('what the texts say, and print no example of', () => {
  it.each(SPEC_EXAMPLES)('$name is good', async (example) => {
    const clock = fakeClock(SPEC_IAT * 1000)
    const verified = await verifySecurityEventToken(await sign(claimsOf(example)), {
      ...options,
      clock,
    })
    expect(verified).toMatchObject({
      ok: true,
      event: {
        type: example.type,
        payload: example.event,
        subject: example.sub_id,
        txn: '8675309',
      },
    })
  })

  it.each(SPEC_EXAMPLES)('$name does $does', async (example) => {
    const receiver = receiverFor(recorded(await running()))
    const later = Math.floor(Date.now() / 1000) - SPEC_IAT
    expect(await push(receiver, await sign(claimsOf(example, later)))).toBe(202)
    expect(done).toEqual(example.does)
  })

  it('there is one of every event type that has an effect', () => {
    const printed = PRINTED_SETS.flatMap(({ claims }) => Object.keys(claims.events))
    const types = new Set([...printed, ...SPEC_EXAMPLES.map(({ type }) => type)])
    expect(Object.keys(DEFAULT_EFFECTS).filter((type) => !types.has(type))).toEqual([])
  })
})

describe('opting out (RISC 1.0, 2.8) is a state, in the order in which it happened', () => {
  const [initiated, cancelled, effective, optIn] = [
    'opt-out-initiated',
    'opt-out-cancelled',
    'opt-out-effective',
    'opt-in',
  ] as const

  it.each<[readonly string[], string]>([
    [[initiated], initiated],
    [[initiated, cancelled], 'none'],
    [[initiated, effective], effective],
    [[effective], effective],
    [[initiated, effective, optIn], 'none'],
    [[initiated, cancelled, initiated], initiated],
    [[optIn], 'none'],
    // an opt-out that was begun anew while one is in force
    [[effective, initiated], `${initiated} ${effective}`],
  ])('%j leaves %s', async (events, state) => {
    const found: string[] = []
    for (const code of [initiated, effective]) {
      const opened = openInstances(code)
      const one = await opened.start()
      const receiver = receiverFor(one.guard)
      for (const [index, name] of events.entries()) {
        const iat = Math.floor(Date.now() / 1000) - events.length + index
        const claims = {
          ...claimsOf(SPEC_EXAMPLES[0] as never),
          iat,
          events: { [`${RISC}${name}`]: {} },
        }
        expect(await push(receiver, await sign(claims))).toBe(202)
      }
      if (!(await one.mayView())) found.push(code)
      await opened.stop()
    }
    expect(found.join(' ') || 'none').toBe(state)
  })

  it('a delivery that was overtaken opens nothing again', async () => {
    const opened = openInstances(initiated)
    const one = await opened.start()
    const receiver = receiverFor(one.guard)
    const now = Math.floor(Date.now() / 1000)
    const at = (name: string, iat: number) =>
      sign({ ...claimsOf(SPEC_EXAMPLES[0] as never), iat, events: { [`${RISC}${name}`]: {} } })
    await push(receiver, await at(initiated, now - 10))
    await push(receiver, await at(cancelled, now - 20))
    expect(await one.mayView()).toBe(false)
    await opened.stop()
  })
})
