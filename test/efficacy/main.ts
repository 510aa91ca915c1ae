// npm run efficacy [-- --users 5000 --seeds 5 --guarded-users 1000 --csv file --write]: measures, prints, and with --write
// puts what was measured into docs/efficacy.md and its plots.
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ATTACKERS, simulatedAttacks } from './attackers.ts'
import { curveSvg } from './curve-svg.ts'
import { simulateLogins } from './people.ts'
import { createRandom } from './random.ts'
import { readRbaCsv } from './read-rba-csv.ts'
import { fillPage, guardedText, tableText, whyText } from './results-page.ts'
import { type Scores, scoreLogins } from './score-logins.ts'
import { curveOf, tableOf } from './summarize.ts'
import { COOKIE_POLICY, RISK_POLICY, runThroughGuard } from './through-the-guard.ts'
import { createWorld } from './world.ts'

const ATTEMPTS = 4_000
const GUARDED_ATTEMPTS = 1_500
const MOST_ROWS = 2_000_000

const { values: options } = parseArgs({
  options: {
    users: { type: 'string', default: '5000' },
    seeds: { type: 'string', default: '5' },
    'guarded-users': { type: 'string', default: '1000' },
    csv: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
})
const users = Number(options.users)
const seeds = Array.from({ length: Number(options.seeds) }, (_, i) => i + 1)
const world = createWorld()

if (options.csv === undefined) await measure()
else await measureCsv(options.csv)

async function measure(): Promise<void> {
  const scores = seeds.map((seed) => {
    const random = createRandom(seed)
    const logins = simulateLogins(random, world, users)
    console.log(`seed ${seed}: ${users} users, ${logins.length} logins`)
    return scoreLogins(logins, world, simulatedAttacks(world), random, ATTEMPTS)
  })
  const table = tableText(tableOf(scores))
  console.log(
    `\nMedian re-authentications of a user's first n logins, published / ours (mean):\n\n${table}\n`,
  )
  const guarded = await measureGuard(Number(options['guarded-users']))
  console.log(`${guardedText(guarded)}\n\n${whyText(guarded.risk)}`)
  if (!options.write) return
  const page = new URL('../../../docs/efficacy.md', import.meta.url)
  const about = `${seeds.length} seeds, ${users} users each; through the guard ${guarded.users} users with ${guarded.risk.legitimate.sessions} measured sessions.`
  const blocks = { about, table, guarded: guardedText(guarded), why: whyText(guarded.risk) }
  writeFileSync(page, fillPage(readFileSync(page, 'utf8'), blocks))
  writeFileSync(new URL('../../../docs/efficacy.svg', import.meta.url), plotOf(scores))
}

async function measureGuard(count: number) {
  const logins = simulateLogins(createRandom(1), world, count)
  const run = (policy: string) =>
    runThroughGuard(
      policy,
      logins,
      world,
      simulatedAttacks(world),
      createRandom(2),
      GUARDED_ATTEMPTS,
    )
  const [risk, cookie] = await Promise.all([run(RISK_POLICY), run(COOKIE_POLICY)])
  return { users: count, risk, cookie }
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
