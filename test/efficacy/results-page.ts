// docs/efficacy.md: what was measured, and nothing else.

import { COLUMNS, type TableRow } from './summarize.ts'
import type { Guarded } from './through-the-guard.ts'

export interface GuardedRuns {
  readonly risk: Guarded
  /** The baseline. */
  readonly cookie: Guarded
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

export function guardedText({ risk, cookie }: GuardedRuns): string {
  const attackers = Object.keys(risk.attacks) as (keyof Guarded['attacks'])[]
  const row = (name: string, { legitimate, attacks }: Guarded) => [
    name,
    percent(legitimate.spared / legitimate.sessions),
    ...attackers.map((one) => percent(attacks[one].challenged / attacks[one].tried)),
  ]
  return markdownTable([
    ['', 'legitimate sessions spared', ...attackers.map((one) => `${one}: challenged`)],
    ['challenge always', percent(0), ...attackers.map(() => percent(1))],
    row('a trusted-device cookie alone', cookie),
    row('device and risk', risk),
  ])
}

export function whyText({ legitimate, why }: Guarded): string {
  const rows = [...why]
    .sort((a, b) => b[1] - a[1])
    .map(([reason, count]) => [reason, percent(count / legitimate.sessions)])
  return markdownTable([['why a legitimate session was challenged', 'of all sessions'], ...rows])
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
