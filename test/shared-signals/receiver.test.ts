// What security events do to a guard: pushed and polled, each in the very next decision; and what silence does.
import { createStreamClient, POLL, StreamError } from '@countersign/shared-signals'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type ReceivingApp, startReceivingApp } from './support/receiving-app.ts'
import { startTransmitter, type Transmitter } from './support/transmitter.ts'

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/'
const RISC = 'https://schemas.openid.net/secevent/risc/event-type/'

let transmitter: Transmitter
let app: ReceivingApp | undefined
beforeEach(async () => {
  transmitter = await startTransmitter()
})
afterEach(async () => {
  await app?.stop()
  app = undefined
  await transmitter.stop()
})

describe('an event that is pushed', () => {
  it.each<[string, Record<string, object>, string]>([
    ['disables an account', { [`${RISC}account-disabled`]: {} }, 'deny'],
    [
      'tells a high risk',
      { [`${CAEP}risk-level-change`]: { current_level: 'HIGH', principal: 'USER' } },
      'challenge',
    ],
    [
      'tells a risk in words that are unknown here',
      { [`${CAEP}risk-level-change`]: { current_level: 'ODD' } },
      'challenge',
    ],
    [
      'tells a low risk, which helps nobody',
      { [`${CAEP}risk-level-change`]: { current_level: 'LOW' } },
      'opt-out',
    ],
    ['says that somebody signed in elsewhere', { [`${CAEP}session-established`]: {} }, 'opt-out'],
  ])('%s: the next decision knows', async (_name, event, outcome) => {
    app = await startReceivingApp({ issuer: transmitter.issuer })
    expect(await app.outcome()).toBe('opt-out')
    expect((await app.push(await transmitter.sign(event))).status).toBe(202)
    expect(await app.outcome()).toBe(outcome)
  })

  it('low after high lowers nothing, as long as the high one holds', async () => {
    app = await startReceivingApp({ issuer: transmitter.issuer })
    for (const current_level of ['HIGH', 'LOW'])
      await app.push(await transmitter.sign({ [`${CAEP}risk-level-change`]: { current_level } }))
    expect(await app.outcome()).toBe('challenge')
  })

  it('about nobody whom the app knows does nothing, and an unverified address is nobody', async () => {
    const subject = vi.fn(() => 'alice')
    app = await startReceivingApp({ issuer: transmitter.issuer, subject })
    const sub_id = { format: 'email', email: 'alice@shop.example', email_verified: false }
    const event = { [`${RISC}account-disabled`]: {} }
    expect((await app.push(await transmitter.sign(event, { sub_id }))).status).toBe(202)
    expect(subject).not.toHaveBeenCalled()
    expect(app.told).toEqual([[`${RISC}account-disabled`, 'nobody']])
    expect(await app.outcome()).toBe('opt-out')
  })

  it('is asked for again where the app fails to say who it is', async () => {
    let fails = true
    const subject = (): string => {
      if (fails) throw new Error('the database is down')
      return 'alice'
    }
    app = await startReceivingApp({ issuer: transmitter.issuer, subject })
    const jwt = await transmitter.sign({ [`${RISC}account-disabled`]: {} })
    const reply = await app.push(jwt)
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '1'])
    fails = false
    expect((await app.push(jwt)).status).toBe(202)
    expect(await app.outcome()).toBe('deny')
  })

  it('may have an effect of your own, or none', async () => {
    app = await startReceivingApp({
      issuer: transmitter.issuer,
      effects: {
        [`${RISC}account-disabled`]: 'none',
        'https://vendor.example/malware': {
          signals: ['external-risk'],
          apply: (_event, subject) => subject.signal('external-risk'),
        },
      },
      events: [RISC, 'https://vendor.example/malware'],
    })
    await app.push(await transmitter.sign({ [`${RISC}account-disabled`]: {} }))
    expect(await app.outcome()).toBe('opt-out')
    await app.push(await transmitter.sign({ 'https://vendor.example/malware': {} }))
    expect(await app.outcome()).toBe('challenge')
  })
})

describe('events that are polled', () => {
  it('take effect and are acknowledged; those that are refused are told why', async () => {
    app = await startReceivingApp({
      issuer: transmitter.issuer,
      poll: { url: `${transmitter.issuer}/poll`, maxEvents: 1, every: 100 },
    })
    const event = { [`${RISC}account-disabled`]: {} }
    transmitter.queue.set('bad', await transmitter.sign(event, { jti: 'bad', exp: 4_000_000_000 }))
    transmitter.queue.set('good', await transmitter.sign(event, { jti: 'good' }))
    await app.receiver.start()
    await vi.waitFor(() => expect(transmitter.acknowledged).toEqual(['good']), { timeout: 20_000 })
    expect(transmitter.refused).toMatchObject({ bad: { err: 'invalid_request' } })
    expect(await app.outcome()).toBe('deny')
  })
})

describe('a stream', () => {
  it('is found, made, changed, paused and deleted', async () => {
    const client = createStreamClient({ issuer: transmitter.issuer, authorization: 'Bearer t' })
    const made = await client.create({ delivery: { method: POLL }, events_requested: [`${CAEP}x`] })
    expect(made).toMatchObject({ stream_id: 's1', iss: transmitter.issuer })
    expect(await client.update('s1', { description: 'shop' })).toMatchObject({
      description: 'shop',
    })
    await client.setStatus('s1', 'paused', 'maintenance')
    expect(await client.status('s1')).toBe('paused')
    await client.addSubject('s1', { format: 'opaque', id: 'alice' })
    await client.removeSubject('s1', { format: 'opaque', id: 'alice' })
    await client.delete('s1')
    expect(transmitter.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /stream',
      'PATCH /stream',
      'POST /status',
      'GET /status',
      'POST /subjects/add',
      'POST /subjects/remove',
      'DELETE /stream',
    ])
    expect(new StreamError('read', 404, undefined).message).toMatch(/404/)
  })

  it('that falls silent makes what depends on it unknown, until it is heard again', async () => {
    const client = createStreamClient({ issuer: transmitter.issuer })
    app = await startReceivingApp({
      issuer: transmitter.issuer,
      poll: { url: `${transmitter.issuer}/poll`, every: 100 },
      verify: { client, streamId: 's1', every: 1_000 },
    })
    const { outcome, receiver } = app
    await receiver.start()
    await vi.waitFor(() => expect(transmitter.acknowledged).toContain('v1'), { timeout: 20_000 })
    expect(await outcome()).toBe('opt-out')
    transmitter.silent = true
    // an unknown denial is 503
    await vi.waitFor(async () => expect(await outcome()).toBe('503'), { timeout: 20_000 })
    transmitter.silent = false
    await vi.waitFor(async () => expect(await outcome()).toBe('opt-out'), { timeout: 20_000 })
  })

  it('whose verification nobody asked for is not heard', async () => {
    app = await startReceivingApp({
      issuer: transmitter.issuer,
      verify: {
        client: createStreamClient({ issuer: transmitter.issuer }),
        streamId: 's1',
        every: 3_600_000,
      },
    })
    const event = {
      'https://schemas.openid.net/secevent/ssf/event-type/verification': { state: 'guessed' },
    }
    const jwt = await transmitter.sign(event, { sub_id: { format: 'opaque', id: 's1' } })
    expect(await (await app.push(jwt)).json()).toMatchObject({ err: 'invalid_state' })
  })
})
