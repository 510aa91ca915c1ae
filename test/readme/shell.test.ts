// The shell blocks of the documents, in a directory as a reader has it: the shop runs, and a browser is remembered.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserLikeClient, browserLikeClient } from '@countersign/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningShop, startShop } from '../support/start-shop.ts'
import { type Block, blocks, ROOT } from './markdown-blocks.ts'

const shell = blocks().filter(({ language, directive }) => language === 'sh' && !directive)
const files = [...new Set(shell.map(({ file }) => file))]
const TRANSFER = { json: { amount: 200, payee: 'ACME' } }

describe.each(files)('the commands of %s', (file) => {
  const commands = shell.filter((block) => block.file === file)
  let clone: string
  let shop: RunningShop
  let browser: BrowserLikeClient
  let decision: string

  beforeAll(async () => {
    clone = makeClone()
    const dataDirectory = join(clone, '.data/express')
    shop = await startShop('express', { dataDirectory })
    browser = browserLikeClient(shop.origin)
    await signIn()
    decision = (await beRemembered()).decision.id
  })
  afterAll(async () => {
    await shop?.stop()
    rmSync(clone, { recursive: true, force: true })
  })

  test('all do what the page says', async () => {
    for (const [index, block] of commands.entries()) {
      const printed = run(block, commands.slice(0, index))
      await CHECKS[file]?.[index]?.(printed)
    }
  })

  async function transfer(): Promise<{ outcome?: string; revision?: string }> {
    const reply = await browser.fetchJson('/transfer', TRANSFER)
    return reply.status === 200 ? (await reply.json()).decision : { outcome: `${reply.status}` }
  }

  async function signIn(): Promise<void> {
    await browser.submit('/logout', {})
    const login = { user: 'alice', password: 'correct-horse' }
    expect((await browser.submit('/login', login)).status).toBe(303)
  }

  /** @returns the reply to a transfer that a remembered device answers for */
  async function beRemembered(): Promise<{ readonly decision: { readonly id: string } }> {
    const { challengeUrl } = await (await browser.fetchJson('/transfer', TRANSFER)).json()
    const ticket = new URL(challengeUrl, shop.origin).searchParams.get('ticket') ?? ''
    const { code } = await (await browser.fetchJson('/demo/authenticator?user=alice')).json()
    const done = await browser.submit('/step-up', { ticket, code, remember: 'yes' })
    expect(done.status).toBe(303)
    await signIn()
    return await (await browser.fetchJson('/transfer', TRANSFER)).json()
  }

  /** Variables of the page's first block hold in all that follow, as they do in a reader's terminal. */
  function run({ code, line }: Block, before: readonly Block[]): string {
    const set = before.flatMap((block) => block.code.split('\n').filter(isSetting))
    const script = ['set -euo pipefail', ...set, code].join('\n')
    const path = `${join(clone, 'node_modules/.bin')}:${process.env['PATH']}`
    const env = {
      ...process.env,
      PATH: path,
      DECISION: decision,
      NO_COLOR: '1',
      npm_config_offline: 'true',
    }
    const { status, stdout, stderr } = spawnSync('bash', ['-c', script], {
      cwd: clone,
      env,
      encoding: 'utf8',
    })
    expect(status, `${file}:${line}\n${stdout}${stderr}`).toBe(0)
    return stdout
  }

  /** What a page promises of a block, by its place on the page. */
  const CHECKS: Readonly<Record<string, Readonly<Record<number, (printed: string) => unknown>>>> = {
    'docs/getting-started.md': {
      0: (printed) => expect(printed).toContain(decision),
      1: (printed) => expect(printed).toMatch(/remembered-device/),
      2: async (printed) => {
        expect(printed).toContain('remembered-device')
        await signIn()
        expect(await transfer()).toEqual({ outcome: '401' })
      },
      3: async (printed) => {
        expect(printed).toContain('SEC-1: a code for every transfer above 30')
        await signIn()
        expect(await transfer()).toMatchObject({ outcome: 'opt-out' })
      },
      4: async () => expect(await transfer()).toMatchObject({ outcome: 'opt-out' }),
    },
  }
})

function isSetting(line: string): boolean {
  return line.startsWith('export ')
}

/** What of the repository the pages name, and the command as npm would have put it on the path. */
function makeClone(): string {
  const clone = mkdtempSync(join(tmpdir(), 'readme-clone-'))
  for (const name of ['packages', 'examples']) symlinkSync(join(ROOT, name), join(clone, name))
  const bin = join(clone, 'node_modules/.bin')
  mkdirSync(bin, { recursive: true })
  const command = join(bin, 'countersign')
  const program = join(ROOT, 'packages/cli/bin/countersign.js')
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`)
  chmodSync(command, 0o755)
  return clone
}
