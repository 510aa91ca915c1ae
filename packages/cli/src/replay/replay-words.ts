// A replay in words, with a chart of how much changes by day.
import type { Underivable } from '@countersign/core'
import { DIFFERENCE_KINDS } from '@countersign/policy'
import { barChart } from '../output/bar-chart.ts'
import type { Paint } from '../output/paint.ts'
import { numeral, percent } from '../output/percent.ts'
import { table } from '../output/table.ts'
import { counted } from '../policy-input.ts'
import type { Counted, ReplayTally } from './replay-tally.ts'

const WHY: Readonly<Record<Underivable, string>> = {
  masked: 'a fact was masked',
  too_large: 'the facts did not fit into the record',
  not_recorded: 'the candidate reads a fact that was not recorded',
  other_evaluator: 'recorded by another version',
}

export function replayWords(tally: ReplayTally, paint: Paint): string {
  const { decided, changed } = tally
  const head =
    changed === 0
      ? paint.good(`No outcome changes in ${counted(decided, 'decision')}.`)
      : paint.bad(
          `${numeral(changed)} of ${counted(decided, 'decision')} change (${percent(changed, decided)}).`,
        )
  return [
    `${head}\n${underivableWords(tally)}`,
    ...(changed === 0 ? [] : [kindsWords(tally), daysWords(tally, paint)]),
    groupWords('By action', tally.actions, paint),
    groupWords('By segment', tally.segments, paint),
    optOutWords(tally, paint),
    labelWords(tally, paint),
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function underivableWords({ underivable }: ReplayTally): string {
  return Object.entries(underivable)
    .map(([why, count]) => `Not derivable: ${numeral(count)} (${WHY[why as Underivable]}).\n`)
    .join('')
}

function kindsWords({ kinds, decided }: Counted): string {
  return DIFFERENCE_KINDS.flatMap((kind) => {
    const count = kinds[kind] ?? 0
    return count === 0 ? [] : [`  ${kind}  ${numeral(count)} (${percent(count, decided)})\n`]
  }).join('')
}

function daysWords({ days }: ReplayTally, paint: Paint): string {
  const bars = Object.entries(days).map(([day, { changed, decided }]) => ({
    name: day,
    share: changed / decided,
    text: `${percent(changed, decided)} of ${numeral(decided)}`,
  }))
  return `${paint.heading('Changes by day')}\n${barChart(bars)}`
}

function groupWords(
  heading: string,
  groups: Readonly<Record<string, Counted>>,
  paint: Paint,
): string {
  const names = Object.keys(groups).sort()
  if (names.length === 0) return ''
  const kinds = DIFFERENCE_KINDS.filter((kind) => names.some((name) => groups[name]?.kinds[kind]))
  const rows = names.map((name) => {
    const one = groups[name] as Counted
    const counts = kinds.map((kind) => numeral(one.kinds[kind] ?? 0))
    return [name, numeral(one.decided), percent(one.changed, one.decided), ...counts]
  })
  return `${paint.heading(heading)}\n${table(['', 'decisions', 'change', ...kinds], rows)}`
}

function optOutWords({ optOuts }: ReplayTally, paint: Paint): string {
  const rows = Object.entries(optOuts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, one]) => [name, ...[one.before, one.after, one.gained, one.lost].map(numeral)])
  if (rows.length === 0) return ''
  const head = ['', 'honoured then', 'by the candidate', 'gained', 'lost']
  return `${paint.heading('By opt-out')}\n${table(head, rows)}`
}

function labelWords({ labelled }: ReplayTally, paint: Paint): string {
  const { fraud, legitimate } = labelled
  const any = [...Object.values(fraud), ...Object.values(legitimate)].some((count) => count > 0)
  if (!any) return ''
  const lines = [
    `  fraud       caught ${numeral(fraud.stopped)}, missed ${numeral(fraud.wentOn)}, newly caught ${numeral(fraud.newlyStopped)}, newly missed ${numeral(fraud.newlyWentOn)}`,
    `  legitimate  went on ${numeral(legitimate.wentOn)}, stopped ${numeral(legitimate.stopped)}, newly stopped ${numeral(legitimate.newlyStopped)}, newly went on ${numeral(legitimate.newlyWentOn)}`,
  ]
  return `${paint.heading('Labelled decisions')}\n${lines.join('\n')}\n`
}
