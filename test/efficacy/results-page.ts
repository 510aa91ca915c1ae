// docs/efficacy.md: what was measured, and nothing else.

import { medianOf } from './score-logins.ts'
import { COLUMNS, mean, type TableRow } from './summarize.ts'
import { GUARDED_ATTACKERS, type Guarded, type Share } from './through-the-guard.ts'
import { BROWSERS, FACTORS } from './why-challenged.ts'

/** One of each a seed. */
export interface GuardedRuns {
  readonly risk: readonly Guarded[]
  /** The baseline. */
  readonly cookie: readonly Guarded[]
}

export function tableText(rows: readonly TableRow[]): string {
  const head = ['attacker at detection rate', ...COLUMNS.map((n) => `n=${n}`), 'logins challenged']
  const body = rows.map(({ attacker, rate, published, ours, challenged }) => [
    `${attacker} ${rate}`,
    ...ours.map(
      ({ median, mean }, i) => `${published?.[i] ?? '–'} / ${median} (${mean.toFixed(2)})`,
    ),
    percent(challenged),
  ])
  return markdownTable([head, ...body])
}

export function aboutText(about: {
  readonly seeds: number
  readonly users: number
  readonly guardedUsers: number
  /** Of the cookie alone. */
  readonly baselineUsers: number
  readonly runs: readonly Guarded[]
}): string {
  const { seeds, users, guardedUsers, baselineUsers, runs } = about
  const sum = (of: (run: Guarded) => number) => runs.map(of).reduce((a, b) => a + b, 0)
  const measured = sum(({ spared }) => spared.all)
  const first = sum(({ first }) => first.some) / sum(({ first }) => first.all)
  return [
    `${seeds} seed${seeds === 1 ? '' : 's'}, ${users} users each; through the guard ${guardedUsers} users each with ${measured} measured sessions in all (the cookie alone: ${baselineUsers} users each).`,
    `What is measured begins after three tenths of the logins; of all logins of the half year, ${percent(first)} are the first of a person.`,
  ].join('\n')
}

export function guardedText({ risk, cookie }: GuardedRuns): string {
  const row = (name: string, runs: readonly Guarded[]) => [
    name,
    spread(runs, ({ spared }) => spared),
    spread(runs, ({ sparedOfRemembered }) => sparedOfRemembered),
    ...GUARDED_ATTACKERS.map((one) => spread(runs, ({ challenged }) => challenged[one])),
  ]
  return markdownTable([
    [
      ...['', 'legitimate sessions spared', 'of persons with a remembered device'],
      ...GUARDED_ATTACKERS.map((one) => `${one}: challenged`),
    ],
    ['challenge always', percent(0), percent(0), ...GUARDED_ATTACKERS.map(() => percent(1))],
    row('a trusted-device cookie alone', cookie),
    row('device and risk', risk),
  ])
}

/** Of all legitimate sessions, by what the browser was to the guard and what was unusual; means over the seeds. */
export function whyText(runs: readonly Guarded[]): string {
  const share = (holds: (why: Guarded['why'][number]) => boolean) =>
    percent(mean(runs.map(({ why, spared }) => why.filter(holds).length / spared.all)))
  const rows = BROWSERS.map((browser) => [
    browser,
    ...FACTORS.map((factor) => share((why) => why.browser === browser && why.factor === factor)),
    share((why) => why.browser === browser),
  ])
  return markdownTable([
    ['why a legitimate session was challenged', ...FACTORS, 'of all sessions'],
    ...rows,
    ['all', ...FACTORS.map((factor) => share((why) => why.factor === factor)), share(() => true)],
  ])
}

/** The median over the seeds, and the mean. */
function spread(runs: readonly Guarded[], shareOf: (run: Guarded) => Share): string {
  const shares = runs.map(shareOf).map(({ all, some }) => some / all)
  return `${percent(medianOf([...shares].sort((a, b) => a - b)))} (${percent(mean(shares))})`
}

function markdownTable([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((_, i) =>
    Math.max(3, ...[head, ...rows].map((row) => (row[i] ?? '').length)),
  )
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`
}

/** What stands between the marks of the page is replaced, and nothing else of it. */
export function fillPage(page: string, blocks: Readonly<Record<string, string>>): string {
  return Object.entries(blocks).reduce((text, [name, block]) => {
    const [from, to] = [`<!-- measured: ${name} -->`, `<!-- /measured -->`]
    const begin = text.indexOf(from)
    const end = text.indexOf(to, begin)
    if (begin < 0 || end < 0) throw new Error(`the page has no place for ${name}`)
    return `${text.slice(0, begin + from.length)}\n\n${block}\n\n${text.slice(end)}`
  }, page)
}
