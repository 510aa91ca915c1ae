// npm run efficacy [-- --users 5000 --seeds 5 --guarded-users 5000 --csv file --write]: measures, prints, and with --write
// puts what was measured into docs/efficacy.md and its plots.
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ATTACKERS, simulatedAttacks } from './attackers.ts'
import { curveSvg } from './curve-svg.ts'
import { COOKIE_POLICY, RISK_POLICY } from './example-policies.ts'
import { simulateLogins } from './people.ts'
import { createRandom } from './random.ts'
import { readRbaCsv } from './read-rba-csv.ts'
import {
  aboutText,
  fillPage,
  type GuardedRuns,
  guardedText,
  tableText,
  whyText,
} from './results-page.ts'
import { type Scores, scoreLogins } from './score-logins.ts'
import { curveOf, tableOf } from './summarize.ts'
import { type Guarded, runThroughGuard } from './through-the-guard.ts'
import { createWorld } from './world.ts'

const ATTEMPTS = 4_000
const GUARDED_ATTEMPTS = 2_000
/** What a cookie alone does needs no more to be seen. */
const BASELINE_USERS = 500
const MOST_ROWS = 2_000_000

const { values: options } = parseArgs({
  options: {
    users: { type: 'string', default: '5000' },
    seeds: { type: 'string', default: '5' },
    'guarded-users': { type: 'string' },
    csv: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
})
const users = Number(options.users)
const guardedUsers = Number(options['guarded-users'] ?? options.users)
const baselineUsers = Math.min(guardedUsers, BASELINE_USERS)
const seeds = Array.from({ length: Number(options.seeds) }, (_, i) => i + 1)
const world = createWorld()

if (options.csv === undefined) await measure()
else
  await measureCsv(options.csv).catch((error: unknown) => {
    console.error(`${options.csv}: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  })

async function measure(): Promise<void> {
  const scores: Scores[] = []
  const guarded: { risk: Guarded[]; cookie: Guarded[] } = { risk: [], cookie: [] }
  for (const seed of seeds) {
    const random = createRandom(seed)
    const logins = simulateLogins(random, world, users)
    scores.push(scoreLogins(logins, world, simulatedAttacks(world), random, ATTEMPTS))
    const began = Date.now()
    // beside each other: each waits for its cryptography for a part of the time
    const [risk, cookie] = await Promise.all([
      measureGuard(RISK_POLICY, seed, guardedUsers),
      measureGuard(COOKIE_POLICY, seed, baselineUsers),
    ])
    guarded.risk.push(risk)
    guarded.cookie.push(cookie)
    const seconds = Math.round((Date.now() - began) / 1000)
    console.log(
      `seed ${seed}: ${users} users, ${logins.length} logins; through the guard in ${seconds} s\n${guardedText({ risk: [risk], cookie: [cookie] })}`,
    )
    // after each seed: whoever has no hour to wait has what was measured by then
    if (options.write) writePage(scores, guarded)
  }
  console.log(
    `\nMedian re-authentications of a user's first n logins, published / ours (mean):\n\n${tableText(tableOf(scores))}\n`,
  )
  console.log(`${guardedText(guarded)}\n\n${whyText(guarded.risk)}`)
}

function writePage(scores: readonly Scores[], guarded: GuardedRuns): void {
  const page = new URL('../../../docs/efficacy.md', import.meta.url)
  const blocks = {
    about: aboutText({
      seeds: scores.length,
      users,
      guardedUsers,
      baselineUsers,
      runs: guarded.risk,
    }),
    table: tableText(tableOf(scores)),
    guarded: guardedText(guarded),
    why: whyText(guarded.risk),
  }
  writeFileSync(page, fillPage(readFileSync(page, 'utf8'), blocks))
  writeFileSync(new URL('../../../docs/efficacy.svg', import.meta.url), plotOf(scores))
}

function measureGuard(policy: string, seed: number, count: number): Promise<Guarded> {
  const logins = simulateLogins(createRandom(seed), world, count)
  // the same attacks for each policy
  const random = createRandom(1_000 + seed)
  return runThroughGuard(policy, logins, world, simulatedAttacks(world), random, GUARDED_ATTEMPTS)
}

async function measureCsv(path: string): Promise<void> {
  const { logins, geography, attacks } = await readRbaCsv(path, MOST_ROWS)
  console.log(`${path}: ${logins.length} successful logins`)
  const scores = seeds.map((seed) =>
    scoreLogins(logins, geography, attacks, createRandom(seed), ATTEMPTS),
  )
  console.log(tableText(tableOf(scores)))
}

function plotOf(scores: readonly Scores[]): string {
  const lines = ATTACKERS.map((attacker) => ({
    name: attacker,
    points: curveOf(scores, attacker).map(({ detection, challenged }) => ({
      x: detection,
      y: challenged,
    })),
  }))
  return curveSvg(
    'unfamiliar-login alone: what catching more of an attacker costs',
    ...(['attacks detected', 'legitimate logins challenged'] as const),
    lines,
    0.5,
  )
}
