// T50: a policy, a switch or a recall that nobody could be asked about; a policy that its own checks refuse, put in force
// all the same by another way in. The ways in: guard.operator, the control socket, the command line.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as express from '@countersign/express'
import * as koa from '@countersign/koa'
import * as next from '@countersign/next'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { runCli } from '../../packages/cli/test/run-cli.ts'
import { cookieIdentity, guardOptions } from './support/own-guards.ts'
import { type ShopPolicy, shopPolicy } from './support/shop-policy.ts'
import { type AttackedShop, forEachShop } from './support/shops.ts'
import { CHALLENGED, REMEMBERED } from './support/visitor.ts'

const UNSIGNED: readonly Readonly<Record<string, unknown>>[] = [
  { by: undefined },
  { why: undefined },
  { by: '' },
  { why: '' },
  { by: '   ' },
  { why: '\n\t' },
  { by: 7 },
  { why: ['a reason'] },
  { why: { toString: 'x' } },
  { by: null },
  { why: true },
  { by: 'x'.repeat(501) },
  { why: 'x'.repeat(501) },
]

const REFUSED: readonly {
  readonly name: string
  readonly policy: unknown
  readonly says: RegExp
}[] = [
  {
    name: 'an opt-out without an end',
    policy: changed((policy) => delete policy.optOuts['remembered-device']?.['overall']),
    says: /overall/,
  },
  {
    name: 'an opt-out without a ceiling',
    policy: changed((policy) => delete policy.optOuts['small-payment']?.['riskBelow']),
    says: /riskBelow/,
  },
  {
    name: 'a sensitive action with an opt-out',
    policy: changed(({ rules }) =>
      Object.assign(rules[2] ?? {}, { optOuts: ['remembered-device'] }),
    ),
    says: /sensitive|api-key/,
  },
  {
    name: 'an opt-out that is not there',
    policy: changed(({ rules }) =>
      Object.assign(rules[1] ?? {}, { optOuts: ['remembred-device'] }),
    ),
    says: /remembred-device/,
  },
  {
    name: 'a negative weight',
    policy: changed((policy) =>
      Object.assign(policy.threatModels['account-takeover'].signals, { velocity: -9 }),
    ),
    says: /velocity|negative|least/,
  },
  {
    name: 'an action of running guards that no rule covers',
    policy: changed((policy) => policy.rules.splice(1, 1)),
    says: /transfer\.create/,
  },
  {
    name: 'an action of running guards that is gone',
    policy: changed((policy) => {
      delete policy.actions['api-key.create']
      Object.assign(policy.rules[2] ?? {}, { actions: ['passkey.*'] })
    }),
    says: /api-key\.create/,
  },
  {
    name: 'a condition that is no CEL',
    policy: changed(({ rules }) => Object.assign(rules[4] ?? {}, { when: 'process.exit(1)' })),
    says: /process/,
  },
  { name: 'no policy', policy: { countersign: 1 }, says: /./ },
  { name: 'YAML that is none', policy: 'countersign: 1\nrules: [', says: /./ },
  { name: 'a path of the app’s machine', policy: '/etc/passwd', says: /./ },
]

const TARGET = 'opt-out:small-payment'
const OTHER = shopPolicy((policy) => Object.assign(policy, { name: 'other' }))
/** In this order each of them is one that is done, where it is signed. */
const ACTS: readonly { readonly command: string; readonly args: object }[] = [
  { command: 'activate', args: { policy: OTHER } },
  { command: 'suspend', args: { target: TARGET } },
  { command: 'resume', args: { target: TARGET } },
  { command: 'rollback', args: {} },
  { command: 'recall', args: { activation: '1:1' } },
  { command: 'devices.revoke', args: { subject: 'alice' } },
]

forEachShop((shop) => {
  const cli = (...line: string[]) =>
    runCli(shop.dataDirectory, [...line, '--data', shop.dataDirectory])
  /** But for what `shop.audit` does to see the log whole. */
  const state = async () => {
    const { activations, suspensions } = (await shop.operate('history')) as unknown as History
    return { activations, suspensions: suspensions.filter(({ target }) => target === TARGET) }
  }

  let device: string
  beforeAll(async () => {
    const alice = shop.visitor()
    await alice.beRemembered('alice')
    const [only] = (await shop.operate('devices.list', { subject: 'alice' })) as { id: string }[]
    device = only?.id ?? 'none'
    // Next loads a handler, with the action that it names, at the first request for it
    expect([await alice.makeKey(), await alice.transfer(200)]).toEqual([CHALLENGED, REMEMBERED])
  })

  test('T50: through the control socket nothing is done that is not signed', async () => {
    // each of them would be done
    await shop.operate('activate', { policy: OTHER })
    await shop.operate('suspend', { target: TARGET })
    const before = [await state(), (await changes(shop)).length]
    for (const { command, args } of ACTS)
      for (const unsigned of UNSIGNED)
        await expect(
          shop.operate(command, { ...args, device, ...unsigned }),
          `${command} ${JSON.stringify(unsigned)}`,
        ).rejects.toThrow(/by|why/)
    expect([await state(), (await changes(shop)).length]).toEqual(before)
    expect(await shop.operate('devices.list', { subject: 'alice' })).toHaveLength(1)
  })

  test('T50: on the command line nothing is done that is not signed', async () => {
    const before = await state()
    const policy = join(shop.dataDirectory, 'other.json')
    writeFileSync(policy, JSON.stringify(shopPolicy()))
    for (const line of [
      ['activate', policy],
      ['suspend', TARGET],
      ['resume', TARGET],
      ['rollback'],
      ['recall', '1:1'],
      ['devices', 'revoke', 'alice', device],
    ]) {
      for (const why of [[], ['--why', ''], ['--why', '  ']]) {
        const { exit, out } = await cli(...line, ...why)
        expect([2, 3], `${line.join(' ')} ${why.join(' ')}`).toContain(exit)
        expect(out).toBe('')
      }
      const nameless = await runCli(
        shop.dataDirectory,
        [...line, '--why', 'x', '--data', shop.dataDirectory],
        { user: undefined },
      )
      expect([nameless.exit, nameless.err]).toEqual([2, expect.stringContaining('--by')])
    }
    expect(await state()).toEqual(before)
    expect(await shop.operate('devices.list', { subject: 'alice' })).toHaveLength(1)
  })

  test.each(REFUSED)(
    'T50: $name is not put in force, whichever way in',
    async ({ policy, says }) => {
      const before = await state()
      for (const given of typeof policy === 'string' ? [policy] : [policy, JSON.stringify(policy)])
        await expect(shop.operate('activate', { policy: given })).rejects.toThrow(says)
      const file = join(shop.dataDirectory, 'refused.yaml')
      writeFileSync(file, typeof policy === 'string' ? policy : JSON.stringify(policy))
      const { exit, out, err } = await cli('activate', file, '--why', 'x')
      expect([exit, out], err).toEqual([exit === 1 ? 1 : 3, ''])
      expect(await state()).toEqual(before)
    },
  )

  test('T50: each act is in the log with who, when and why, and in the history', async () => {
    const from = Date.now()
    for (const { command, args } of ACTS)
      await shop.operate(command, {
        ...args,
        device,
        by: `ann, ${command}`,
        why: `because of ${command}`,
      })
    const recorded = (await changes(shop)).filter(({ at }) => at >= from)
    for (const { command } of ACTS)
      expect(recorded).toContainEqual(
        expect.objectContaining({
          at: expect.any(Number),
          by: `ann, ${command}`,
          why: `because of ${command}`,
        }),
      )
    const signed = await cli('suspend', TARGET, '--why', 'seen in the logs', '--by', 'bob')
    expect(signed.exit).toBe(0)
    const { activations, suspensions } = JSON.parse((await cli('history', '--json')).out)
    expect(activations).toContainEqual(
      expect.objectContaining({ by: 'ann, activate', why: 'because of activate' }),
    )
    expect(suspensions).toContainEqual(
      expect.objectContaining({ target: TARGET, by: 'bob', why: 'seen in the logs' }),
    )
    // what was done counts at once; its record is in the log some milliseconds later
    await shop.audit()
    expect((await cli('audit', 'tail', '-n', '20')).out).toContain('by bob: seen in the logs')
  })
})

describe.each(Object.entries({ Express: express, Koa: koa, Next: next }))(
  'guard.operator on %s',
  (_name, { createGuard, memoryBackend }) => {
    async function operatorOf() {
      const identity = () => cookieIdentity('user=alice')
      const guard = createGuard({ ...guardOptions('no-proxy'), backend: memoryBackend(), identity })
      onTestFinished(() => guard.close())
      await guard.ready()
      return guard.operator
    }

    test('T50: does nothing that is not signed', async () => {
      const operator = await operatorOf()
      const before = JSON.stringify(await operator.history())
      const [{ activation = '1:1' } = {}] = (await operator.history()).activations
      for (const unsigned of UNSIGNED) {
        const signed = { by: 'ann', why: 'a test', ...unsigned } as never
        const acts = [
          () => operator.activate(guardOptions('no-proxy').policy as object, signed),
          () => operator.suspend('opt-out:inside', signed),
          () => operator.recall(activation as never, signed),
          () => operator.rollback(Object.assign({ to: activation }, signed) as never),
        ]
        for (const act of acts)
          await expect(act(), JSON.stringify(unsigned)).rejects.toMatchObject({
            code: 'not_signed',
          })
      }
      expect(JSON.stringify(await operator.history())).toBe(before)
    })

    test.each(REFUSED.slice(0, 5))('T50: $name is not put in force', async ({ policy }) => {
      const operator = await operatorOf()
      const before = JSON.stringify(await operator.history())
      await expect(operator.activate(policy as object, { by: 'ann', why: 'x' })).rejects.toThrow()
      expect(JSON.stringify(await operator.history())).toBe(before)
    })
  },
)

interface History {
  readonly activations: readonly object[]
  readonly suspensions: readonly { readonly target: string }[]
}

async function changes(shop: AttackedShop) {
  const records = await shop.audit()
  return records.map(({ entry }) => entry).filter(({ by }) => by !== undefined)
}

function changed(change: (policy: ShopPolicy) => unknown): ShopPolicy {
  return shopPolicy((policy) => void change(policy))
}
