// The evidence report of an app that ran: what it says of the policy and of the log, as Markdown, as a page, as data.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { openBrowser } from './support/browser.ts'
import { build, countersign, type Ran, workingDirectory } from './support/countersign.ts'
import { startApp } from './support/start-app.ts'

beforeAll(build)

const POLICY = `countersign: 1
name: "shop <b>"
actions: { transfer.create: { resource: { amount: { type: integer, minimum: 1 } } }, key.create: { sensitive: true } }
optOuts:
  remembered: { kind: trusted-device, overall: 30d, idle: 7d, riskBelow: MEDIUM }
  small: { kind: allowance, of: resource.amount, each: 30, total: 60, count: 5, riskBelow: HIGH }
threats:
  theft: { about: "a cookie | is copied", optOuts: [remembered], controls: [device-reuse], accepted: true }
rules:
  - { id: money, actions: [transfer.create], require: { maxAge: 15m }, optOuts: [remembered, small] }
  - { id: keys, actions: [key.create], require: { maxAge: 5m } }
`

it('says what can be waived, why, how often, and who changed it', async () => {
  const cwd = await workingDirectory()
  await writeFile(join(cwd, 'shop.yaml'), POLICY)
  const app = await startApp(join(cwd, '.countersign'), { policy: join(cwd, 'shop.yaml') })
  onTestFinished(() => app.stop())
  const cli = (...line: string[]): Promise<Ran> => countersign(line, { cwd })
  const first = await openBrowser(app.origin, 'alice').transfer(5)
  await openBrowser(app.origin, 'bob').transfer(6)
  await openBrowser(app.origin, 'bob').transfer(500)
  await app.feedback(String(first.body['id']), 'fraud')
  await cli('suspend', 'opt-out:small', '--why', 'an <i>incident</i>', '--by', 'ann')

  const data = JSON.parse((await cli('report', '--json')).out)
  expect(data).toMatchObject({
    ...{ decisions: 3, subjects: 2, suspended: ['opt-out:small'] },
    outcomes: { pass: 0, 'opt-out': 2, challenge: 1, deny: 0 },
    optOuts: { small: { decisions: 2, subjects: 2, fraud: 1, legitimate: 0 } },
  })
  expect(data.changes.at(-1)).toMatchObject({
    by: 'ann',
    what: expect.stringMatching(/^suspended/),
  })

  const { code, out, err } = await cli('report', '--since', '1d')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  for (const words of [
    '# Step-up and its exceptions: shop \\<b\\>',
    '| money | transfer.create | a login or a completed challenge, at most 15 minutes old | remembered, small |',
    '| keys | key.create |',
    '| small | allowance | 30 of amount each; 60 and 5 times since the last step-up | HIGH | yes |',
    'ASVS 5.0, 6.3.3',
    '| theft | a cookie \\| is copied | remembered | device-reuse | yes |',
    '| remembered | 30 days at most; 7 days unused, where AAL2 allows',
    '3 decisions for 2 people: pass 0 (0.00 %), opt-out 2 (66.67 %), challenge 1 (33.33 %), deny 0 (0.00 %).',
    '| small | 2 | 66.67 % | 2 | 100.00 % | 1 | 0 |',
  ])
    expect(out).toContain(words)

  const written = await cli('report', '--html', '--out', 'evidence.html')
  expect(written).toMatchObject({ code: 0, out: 'Wrote evidence.html.\n', err: '' })
  const page = await readFile(join(cwd, 'evidence.html'), 'utf8')
  expect(page).toMatch(/^<!doctype html>/)
  expect(page).toContain('shop &lt;b&gt;')
  expect(page).toContain('an &lt;i&gt;incident&lt;/i&gt;')
  expect(page).not.toMatch(/<(b|i|script|link|img)[ >]/)
  expect(page.match(/<svg /g)).toHaveLength(1)
  expect(page).toMatch(/<title>\d{4}-\d\d-\d\d: pass 0, opt-out 2, challenge 1, deny 0<\/title>/)
}, 60_000)

it('ends with 4 where there is nothing to report on, and with 2 for a time that is none', async () => {
  const cwd = await workingDirectory()
  expect((await countersign(['report'], { cwd })).code).toBe(4)
  expect((await countersign(['report', '--since', 'soon'], { cwd })).code).toBe(2)
})
