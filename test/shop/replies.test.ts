import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  isFromAnotherSite,
  isFromOwnPage,
  openShop,
  toClientDecision,
  toHealthReport,
  wantsPage,
} from '../../examples/shop/src/index.ts'
import { temporaryDirectory } from './temporary-files.ts'

describe('what clients learn about a decision', () => {
  const pass = { id: 'd1', outcome: 'pass', revision: 'r1', risk: { low: 0 }, subject: 'alice' }
  const optOut = { ...pass, outcome: 'opt-out', optOuts: ['small-payment'] }

  test.each([
    {
      name: 'a pass in the demo',
      decision: pass,
      demo: true,
      told: { outcome: 'pass', revision: 'r1', id: 'd1' },
    },
    {
      name: 'an opt-out in the demo',
      decision: optOut,
      demo: true,
      told: { outcome: 'opt-out', optOut: 'small-payment', revision: 'r1', id: 'd1' },
    },
    { name: 'a pass elsewhere', decision: pass, demo: false, told: { id: 'd1' } },
    { name: 'an opt-out elsewhere', decision: optOut, demo: false, told: { id: 'd1' } },
  ])('$name', ({ decision, demo, told }) => expect(toClientDecision(decision, demo)).toEqual(told))

  test('names an opt-out once, and several by a comma', () => {
    const told = (optOuts: string[]) => toClientDecision({ ...optOut, optOuts }, true)
    expect(told(['a', 'a'])).toMatchObject({ optOut: 'a' })
    expect(told(['a', 'b'])).toMatchObject({ optOut: 'a, b' })
  })
})

test('health has the same keys everywhere', () => {
  const suspended = [{ target: 'opt-out:small-payment' }, { target: 'rule:keys' }]
  const health = { ok: true, feedAgeMs: 12, revision: 'r1', suspended, more: 1 }
  expect(toHealthReport(health)).toEqual({
    ok: true,
    feedAgeMs: 12,
    revision: 'r1',
    suspendedOptOuts: ['small-payment', 'rule:keys'],
  })
})

test.each([
  { mode: 'navigate', dest: 'document', page: true },
  { mode: 'navigate', dest: 'iframe', page: false },
  { mode: 'cors', dest: 'empty', page: false },
  { mode: undefined, dest: undefined, page: false },
])('mode $mode to $dest gets a page: $page', ({ mode, dest, page }) => {
  const headers: Record<string, string | undefined> = {
    'sec-fetch-mode': mode,
    'sec-fetch-dest': dest,
  }
  expect(wantsPage((name) => headers[name])).toBe(page)
})

test.each([
  { site: 'cross-site', foreign: true },
  { site: 'same-site', foreign: true },
  { site: 'same-origin', foreign: false },
  { site: 'none', foreign: false },
  { site: undefined, foreign: false },
])('a request from $site is foreign: $foreign', ({ site, foreign }) =>
  expect(isFromAnotherSite(() => site)).toBe(foreign),
)

test.each([
  { site: 'same-origin', from: 'http://shop', own: true },
  { site: 'same-origin', from: undefined, own: true },
  { site: 'same-origin', from: 'null', own: true },
  { site: undefined, from: 'http://shop', own: true },
  { site: 'same-origin', from: 'http://evil', own: false },
  { site: 'cross-site', from: 'http://shop', own: false },
  { site: 'same-site', from: 'http://shop', own: false },
  { site: 'none', from: undefined, own: false },
  { site: undefined, from: 'null', own: false },
  { site: undefined, from: 'http://shop.evil', own: false },
  { site: undefined, from: undefined, own: false },
  { site: '', from: '', own: false },
])('a form of $site from $from is of the shop itself: $own', ({ site, from, own }) => {
  const headers: Record<string, string | undefined> = { 'sec-fetch-site': site, origin: from }
  expect(isFromOwnPage((name) => headers[name], 'http://shop')).toBe(own)
})

describe('opening the shop', () => {
  test('gives one shop for each directory, so that limits and spent codes are shared', () => {
    const directory = temporaryDirectory()
    const shop = openShop({ COUNTERSIGN_DATA: directory, COUNTERSIGN_DEMO: '1' })
    expect(openShop({ COUNTERSIGN_DATA: join(directory, '.'), COUNTERSIGN_DEMO: '1' })).toBe(shop)
    expect(shop).toMatchObject({ demo: true, dataDirectory: directory })
  })

  test.each([undefined, '', '0', 'true'])('with COUNTERSIGN_DEMO %j it is no demo', (value) =>
    expect(openShop({ COUNTERSIGN_DATA: temporaryDirectory(), COUNTERSIGN_DEMO: value }).demo).toBe(
      false,
    ),
  )
})
