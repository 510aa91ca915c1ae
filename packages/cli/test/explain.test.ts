import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRecorder, systemClock } from '@countersign/core'
import { fileBackend } from '@countersign/node'
import { describe, expect, it } from 'vitest'
import { type Ran, workspace } from './run-cli.ts'
import { SHOP } from './shop-policy.ts'

const AT = '2026-11-24T04:00:00Z'
const LOGIN = { amr: ['pwd'], at: '2026-11-24T03:00:00Z' }
const CODE = { amr: ['otp'], at: '2026-11-24T03:50:00Z', from: 'evidence' }

async function explained(facts: object | string, ...more: string[]): Promise<Ran> {
  const { dir, cli } = await workspace()
  await writeFile(join(dir, 'shop.yaml'), SHOP)
  const text = typeof facts === 'string' ? facts : JSON.stringify(facts)
  await writeFile(join(dir, 'facts.json'), text)
  return cli('explain', '--facts', 'facts.json', '--policy', 'shop.yaml', ...more)
}

const transfer = (amount: unknown, more: object = {}) => ({
  ...{ at: AT, action: 'transfer.create', subject: 'alice', resource: { amount, payee: 'shop' } },
  ...{ factors: [LOGIN], ...more },
})

/** Without the breaks that a narrow terminal needs. */
const flat = (text: string) => text.replaceAll(/\n {2,}(?=[^\s:]+)/g, ' ').replaceAll(/ +/g, ' ')

describe('explain, from facts', () => {
  it('a challenge: what is not met, and why nothing takes its place', async () => {
    const { exit, out, err } = await explained(transfer(50))
    expect({ exit, err }).toEqual({ exit: 0, err: '' })
    expect(out).toMatch(/^challenge {2}transfer\.create by alice\nalice has to step up\.\n/)
    const text = flat(out)
    for (const part of [
      'money-out: The person has not proved enough: the level of assurance is below what the rule demands. None of its opt-outs holds.',
      'pwd, 1 hour before, by the login',
      'demands aal2 (pwd with otp or pwd with hwk), at most 15 minutes old',
      'opt-outs remembered-device or small-payment may take its place',
      'remembered-device, for money-out: unknown, and does not hold. This browser bears no remembered device.',
      'small-payment, for money-out: does not hold. The amount is larger than the opt-out allows at once.',
      'an allowance on amount: at most 30 at once, and since the last step-up at most 100 in all and 5 times, while the risk is below HIGH',
      'condition risk.level == "HIGH" is false',
      'resource.amount: 50',
      'LOW: the score is 0.119; MEDIUM begins at 0.35, HIGH at 0.7.',
    ])
      expect(text).toContain(part)
  })

  it('an opt-out: on what the decision stands, and what it would be without', async () => {
    const { out } = await explained(transfer(30))
    expect(out).toContain('alice may go on without a step-up, by the opt-out small-payment.')
    expect(out).toContain('small-payment, for money-out: holds. The decision stands on it.')
    expect(out).toContain('Without opt-outs: challenge.')
  })

  it('a remembered device, by what it is', async () => {
    const device = { trustedAt: '2026-11-20T00:00:00Z', usedAt: '2026-11-23T00:00:00Z' }
    const { out } = await explained(transfer(500, { device }))
    expect(out).toContain('by the opt-out remembered-device.')
    const idle = await explained(transfer(500, { device: { trustedAt: '2026-11-10T00:00:00Z' } }))
    expect(flat(idle.out)).toContain('The device has not been used for too long.')
  })

  it('a pass: everything is met', async () => {
    const { out } = await explained(transfer(500, { factors: [LOGIN, CODE] }))
    expect(out).toMatch(/^pass {2}/)
    expect(out).toContain('otp, 10 minutes before, by a completed challenge')
    expect(out).toContain('money-out: applies, and is met.')
    expect(out).not.toContain('Opt-outs\n')
  })

  it('a denial, and one that may hold', async () => {
    const denied = await explained(transfer(1, { signals: { 'account-disabled': 'present' } }))
    expect(denied.out).toContain('It is refused (403): a rule denies it.')
    expect(denied.out).toContain('closed: applies, and denies.')
    const unknown = await explained(transfer(1, { signals: { 'account-disabled': 'unknown' } }))
    expect(unknown.out).toContain('It is refused (503)')
    expect(unknown.out).toContain('closed: may apply: its condition is unknown')
    expect(unknown.out).toContain('signal account-disabled: unknown')
  })

  it('a risk that is unknown: its range, and what is counted at the upper end only', async () => {
    const signals = { 'new-device': 'present', 'credential-change': 'unknown' }
    const text = flat((await explained(transfer(30, { signals }))).out)
    expect(text).toContain('unknown, and HIGH at its upper end, which is what opt-outs go by')
    expect(text).toContain('+2.5 credential-change (unknown: counted at the upper end only)')
    expect(text).toContain('Its condition is unknown, and unknown counts as true.')
    expect(text).toContain('No opt-out may take its place.')
  })

  it('counts an attribute beyond its declaration as unknown', async () => {
    const text = flat((await explained(transfer('1e2'))).out)
    expect(text).toContain('It is not of the declared type, or beyond its declared limits.')
    expect(text).toContain('small-payment, for money-out: unknown, and does not hold.')
  })

  it('gives the same as one document', async () => {
    const { out } = await explained(transfer(30), '--json')
    expect(JSON.parse(out)).toMatchObject({
      ...{ from: 'facts', action: 'transfer.create', subject: 'alice', outcome: 'opt-out' },
      rules: [{ id: 'money-out', applies: 'true', proof: 'acr_too_low' }, { id: 'hot' }, {}],
      optOuts: [{ optOut: 'remembered-device' }, { optOut: 'small-payment', honoured: true }],
      risk: { level: 'LOW', model: 'account-takeover' },
    })
  })

  it.each([
    { name: 'no JSON', facts: '{ action', told: 'facts.json: is no JSON' },
    { name: 'a list', facts: [], told: 'the file has to be an object, found []' },
    { name: 'no action', facts: {}, told: 'action has to be the name of an action, found nothing' },
    {
      name: 'a misspelt part',
      facts: { ...transfer(1), resourse: {} },
      told: 'resourse is no part of facts, found {}. Did you mean resource?',
    },
    {
      name: 'an attribute that is not declared',
      facts: transfer(1, { resource: { amuont: 1 } }),
      told: 'resource.amuont is no attribute of transfer.create in the policy',
    },
    { name: 'nobody', facts: transfer(1, { subject: 7 }), told: 'subject has to name somebody' },
    {
      name: 'a moment that is none',
      facts: transfer(1, { factors: [{ amr: ['pwd'], at: 'noon' }] }),
      told: 'factors[0].at has to be a moment, found "noon"',
    },
    {
      name: 'a signal in other words',
      facts: transfer(1, { signals: { velocity: 'yes' } }),
      told: 'signals.velocity has to be present, absent, unjudged or unknown, found "yes"',
    },
  ])('$name: says where, what was found and what to write', async ({ facts, told }) => {
    const { exit, out, err } = await explained(facts as object)
    expect({ exit, out }).toEqual({ exit: 1, out: '' })
    expect(err).toContain(told)
  })

  it('says so where the action is not declared', async () => {
    const { out } = await explained({ ...transfer(1), action: 'transfer.delete', resource: {} })
    expect(out).toContain('It is refused (503)')
    expect(flat(out)).toContain('The policy in force does not declare this action.')
  })
})

describe('explain, by a decision that was recorded', () => {
  async function recorded(entry: object) {
    const { dir, cli } = await workspace()
    await writeFile(join(dir, 'shop.yaml'), SHOP)
    const active = await cli('activate', 'shop.yaml', '--why', 'first', '--json')
    const { revision } = JSON.parse(active.out)
    const secret = (await readFile(join(dir, '.countersign/secret'), 'utf8')).trim()
    const backend = await fileBackend(join(dir, '.countersign')).open({ secrets: [secret] })
    const recorder = createRecorder({
      ...{ audit: backend.audit, chain: 'main', clock: systemClock },
      onError: (error) => {
        throw error
      },
    })
    const at = Date.parse(AT)
    await recorder.record({ type: 'decision', at, id: 'd-1', revision, ...entry })
    await recorder.close()
    await backend.close()
    return { dir, cli }
  }

  const CHALLENGED = {
    action: 'transfer.create',
    subject: 'alice',
    outcome: 'challenge',
    need: 'step-up',
    requirement: { acr: 'aal2', maxAgeSeconds: 900 },
    activation: '1:1',
    reasons: [{ code: 'acr_too_low', rule: 'money-out' }],
    checks: [
      { rule: 'money-out', optOut: 'remembered-device', holds: 'false', why: 'device_idle' },
      { rule: 'money-out', optOut: 'small-payment', holds: 'false', why: 'allowance_spent' },
    ],
    conditions: { hot: 'false', closed: 'false' },
    denied: 'false',
    risk: {
      ...{ level: 'LOW', low: 0.119203, high: 0.119203, upper: 'LOW' },
      ...{ model: 'account-takeover', factors: [] },
    },
    withoutOptOuts: 'challenge',
    facts: {
      session: { factors: [{ amr: ['pwd'], at: Date.parse(LOGIN.at), from: 'identity' }] },
      resource: { amount: { is: 'known', value: 20 }, payee: { is: 'masked' } },
      device: { is: 'unknown', why: 'device_idle' },
      signals: {},
    },
  }

  it('as the record has it, with what the policy of that time demanded', async () => {
    const { cli } = await recorded(CHALLENGED)
    const { exit, out } = await cli('explain', 'd-1')
    expect(exit).toBe(0)
    const text = flat(out)
    for (const part of [
      'alice has to step up, by proving aal2 (pwd with otp or pwd with hwk), at most 15 minutes old.',
      'Decided 2026-11-24 04:00:00 UTC under the policy shop, revision ',
      'activation 1:1',
      'Decision d-1',
      'pwd, 1 hour before, by the login',
      'small-payment, for money-out: does not hold. The allowance since the last step-up is spent.',
      'resource.payee: known, and kept out of the record',
    ])
      expect(text).toContain(part)
  })

  it('also where its policy is gone, or it was made without one', async () => {
    const gone = await recorded({ ...CHALLENGED, revision: '0'.repeat(64) })
    const { exit, out, err } = await gone.cli('explain', 'd-1')
    expect(exit).toBe(0)
    expect(err).toContain('The policy of that time is no longer in the history')
    expect(out).toContain('The allowance since the last step-up is spent.')
    expect(out).not.toContain('Rules for')
    const bare = await recorded({
      ...{ action: 'transfer.create', outcome: 'deny', because: 'failure', revision: 'none' },
      ...{ reasons: [{ code: 'no_policy' }], withoutOptOuts: 'deny' },
    })
    const told = await bare.cli('explain', 'd-1')
    expect(told.out).toContain('something failed inside')
    expect(told.out).toContain('No policy is in force.')
  })

  it('where the record was too large for its facts', async () => {
    const { cli } = await recorded({ ...CHALLENGED, facts: { omitted: 'too large' } })
    const { exit, out } = await cli('explain', 'd-1')
    expect(exit).toBe(0)
    expect(out).toContain('small-payment, for money-out: does not hold.')
    expect(out).not.toContain('had proved')
  })

  it('does not let what was recorded drive the terminal', async () => {
    const subject = 'eve\u001b[2J\nalice may go on\u202e'
    const { cli } = await recorded({ ...CHALLENGED, subject })
    for (const line of [
      ['explain', 'd-1'],
      ['audit', 'tail'],
      ['explain', 'd-1', '--json'],
    ]) {
      const { exit, out } = await cli(...line)
      expect(exit).toBe(0)
      expect(out).toMatch(/^[\x20-\x7e\n]*$/)
      expect(out).not.toMatch(/^alice may go on/m)
    }
  })

  it('ends with 1 where there is no such decision', async () => {
    const { cli } = await recorded(CHALLENGED)
    const { exit, out, err } = await cli('explain', 'd-2')
    expect({ exit, out }).toEqual({ exit: 1, out: '' })
    expect(err).toContain('d-2: ')
    expect(err).toContain('has no such decision')
    expect(err).toContain('this is no id of a decision')
    expect(err).toMatch(/An id looks like [0-9a-f]{8}-[0-9a-f-]{27}:/)
    const unknown = await cli('explain', '2b0a3f62-5d7e-4d0e-9a51-6f3e0c9d8b17')
    expect(unknown.exit).toBe(1)
    expect(unknown.err).toContain('Refusals of people who are not signed in are counted')
    expect(unknown.err).not.toContain('no id of a decision')
  })

  it('takes the facts of a record as they are', async () => {
    const { dir, cli } = await recorded(CHALLENGED)
    const record = JSON.parse((await cli('audit', 'tail', '--decision', 'd-1', '--json')).out)
    await mkdir(join(dir, 'out'))
    const facts = {
      ...record.entry.facts,
      action: 'transfer.create',
      at: record.entry.at,
      subject: 'alice',
    }
    await writeFile(join(dir, 'out/facts.json'), JSON.stringify(facts))
    const { exit, out } = await cli('explain', '--facts', 'out/facts.json', '--policy', 'shop.yaml')
    expect(exit).toBe(0)
    // the allowance was spent then; here it counts as unspent
    expect(out).toMatch(/^opt-out {2}transfer\.create by alice/)
  })
})
