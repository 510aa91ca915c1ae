import { existsSync } from 'node:fs'
import type { OpenCommands } from '@countersign/core'
import { connectControl, openOperator, verifyAuditDirectory } from '@countersign/node'
import { defaultPolicyText } from '@countersign/policy'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryDirectory } from './temporary-directory.ts'

const logger = { info: () => {}, warn: () => {}, error: () => {} }
const SIGNED = { by: 'ann', why: 'a test' }
const NOTHING_YET = { activations: [], suspensions: [], rollouts: [], proposals: [] }

async function open(dir: string, secrets: readonly string[] = []): Promise<OpenCommands> {
  const operator = await openOperator(dir, { secrets, logger })
  onTestFinished(() => operator.close())
  return operator
}

function call({ handlers }: OpenCommands, command: string, args: object = {}) {
  const handler = handlers[command]
  if (handler === undefined) throw new Error(`no handler for ${command}`)
  return handler(args)
}

describe('openOperator', () => {
  it('activates nothing by itself, and what it is told is there after it closes', async () => {
    const dir = await temporaryDirectory()
    const first = await open(dir)
    expect(await call(first, 'history')).toEqual(NOTHING_YET)
    const active = await call(first, 'activate', { policy: defaultPolicyText, ...SIGNED })
    expect(active).toMatchObject({ activation: '1:1', name: 'default', inForce: true, by: 'ann' })
    await first.close()
    const second = await open(dir)
    expect(await call(second, 'history')).toMatchObject({ activations: [{ activation: '1:1' }] })
  })

  it('gives the policy of a revision, and null for one that never was', async () => {
    const operator = await open(await temporaryDirectory())
    const { revision } = (await call(operator, 'activate', {
      policy: defaultPolicyText,
      ...SIGNED,
    })) as { revision: string }
    expect(await call(operator, 'policy', { revision })).toMatchObject({
      name: 'default',
      revision,
    })
    expect(await call(operator, 'policy', { revision: '0'.repeat(64) })).toBe(null)
  })

  it('tells the second of two who change the policy at once that the first was faster', async () => {
    const operator = await open(await temporaryDirectory())
    const activate = () => call(operator, 'activate', { policy: defaultPolicyText, ...SIGNED })
    const [first, second] = await Promise.allSettled([activate(), activate()])
    expect(first.status).toBe('fulfilled')
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'append_conflict' } })
  })

  it('serves the control socket meanwhile, and is told where another writer runs', async () => {
    const dir = await temporaryDirectory()
    await open(dir)
    const client = await connectControl(dir)
    onTestFinished(() => client?.close())
    expect(await client?.call('history', {})).toEqual(NOTHING_YET)
    await expect(openOperator(dir, { secrets: [], logger })).rejects.toMatchObject({
      code: 'data_directory_in_use',
    })
  })

  it('does not open a log that was written with another secret, and leaves it whole', async () => {
    const dir = await temporaryDirectory()
    const secrets = ['the secret that the app is given']
    const app = await open(dir, secrets)
    await call(app, 'activate', { policy: defaultPolicyText, ...SIGNED })
    await app.close()
    for (const [given, got] of [
      [[], 'none'],
      [['another secret than the app is given'], 'another one'],
    ] as const) {
      await expect(openOperator(dir, { secrets: given, logger })).rejects.toMatchObject({
        ...{ code: 'secret_not_the_apps', got },
        message: expect.stringContaining('COUNTERSIGN_SECRET'),
      })
    }
    expect(existsSync(`${dir}/secret`)).toBe(false)
    expect(await verifyAuditDirectory(dir, secrets)).toMatchObject({ ok: true })
  })
})
