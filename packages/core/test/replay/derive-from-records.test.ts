// Law 9 on records whose outcome hung on more than facts: a page fetched ahead, a proof that was used before. A replay by
// the very policy that decided them changes none.
import { afterEach, expect, it } from 'vitest'
import type { CompiledPolicy, Requirement } from '../../src/policy/compiled-policy.ts'
import { createDeriver } from '../../src/replay/create-deriver.ts'
import { createReplayer } from '../../src/replay/create-replayer.ts'
import { allowance, buildPolicy, moneyRule } from '../support/build-policy.ts'
import { openBrowser, openShop, passwordLogin, type Shop } from '../support/shop.ts'

const SMALL = { resource: { amount: 20, payee: 'landlord' } }
const AHEAD = { headers: { 'sec-purpose': 'prefetch' } }

let shop: Shop
afterEach(() => shop.close())

function open(require: Requirement): { readonly compiled: CompiledPolicy } {
  const compiled = buildPolicy({
    optOuts: { small: allowance() },
    rules: [{ ...moneyRule(['small']), require }],
  })
  shop = openShop({ compiled })
  return { compiled }
}

/** Each recorded decision: its outcome, and whether it derives to it, and is replayed to it. */
async function derived(compiled: CompiledPolicy): Promise<readonly (readonly unknown[])[]> {
  await shop.guard.close()
  const derive = createDeriver(compiled)
  const replay = createReplayer(compiled)
  return shop.backend
    .records()
    .filter(({ entry }) => entry.type === 'decision')
    .map(({ entry }) => {
      expect(replay(entry)).toMatchObject({ is: 'decided', after: entry['outcome'] })
      return [entry['outcome'], derive(entry)]
    })
}

it('a page that was fetched ahead and would have been waived', async () => {
  const { compiled } = open({ acr: 'aal2', maxAgeSeconds: 300 })
  const browser = openBrowser(shop, passwordLogin(shop))
  expect(await browser.outcome('transfer.create', { ...SMALL, ...AHEAD })).toMatch(/^challenge/)
  expect(await browser.outcome('transfer.create', SMALL)).toMatch(/^opt-out/)
  expect(await derived(compiled)).toEqual([
    ['challenge', { is: 'same' }],
    ['opt-out', { is: 'same' }],
  ])
})

it('a proof for one request: used, used again, and looked at by a fetch ahead', async () => {
  const { compiled } = open({ acr: 'aal2', maxAgeSeconds: 300, once: true })
  const browser = openBrowser(shop, passwordLogin(shop))
  await browser.stepUp()
  expect(await browser.outcome('transfer.create', AHEAD)).toMatch(/^challenge/)
  expect(await browser.outcome('transfer.create')).toBe('pass')
  expect(await browser.outcome('transfer.create')).toBe('challenge permit_used')
  expect(await derived(compiled)).toEqual([
    ['challenge', { is: 'same' }],
    ['challenge', { is: 'same' }],
    ['pass', { is: 'same' }],
    ['challenge', { is: 'same' }],
  ])
})
