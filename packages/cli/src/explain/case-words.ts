// A decision, explained to a person: the outcome first, then why, then everything that it was made of.
import type { Outcome } from '@countersign/core'
import { shortRevision } from '../activation-words.ts'
import type { Paint } from '../output/paint.ts'
import { printable } from '../output/printable.ts'
import { moment } from '../output/times.ts'
import { hanging } from '../output/wrap.ts'
import type { ExplainedCase } from './explained-case.ts'
import { factLines } from './fact-lines.ts'
import { optOutLines } from './opt-out-words.ts'
import { outcomeSentence, reasonLines } from './outcome-words.ts'
import { factorWords } from './requirement-words.ts'
import { riskLines } from './risk-words.ts'
import { ruleLines } from './rule-words.ts'

export function caseWords(of: ExplainedCase, paint: Paint): string {
  const out: string[] = []
  /** Everything that may come from data goes through here. */
  const say = (lines: readonly string[], indent = '') =>
    void out.push(
      ...lines
        .flatMap((line) => hanging(`${indent}${printable(line)}`, hangOf(line)))
        .map((line) => `${line}\n`),
    )
  const section = (heading: string, lines: readonly string[]) => {
    if (lines.length === 0) return
    out.push(`\n${paint.heading(heading)}\n`)
    say(lines, '  ')
  }
  out.push(`${outcomePaint(of.outcome, paint)(of.outcome)}  `)
  say([`${of.action}${of.subject === undefined ? '' : ` by ${of.subject}`}`])
  say([outcomeSentence(of), ...underWhat(of)])
  section('Why', reasonLines(of))
  section(
    `What ${printable(of.subject ?? 'was')}${of.subject === undefined ? '' : ' had'} proved`,
    proved(of),
  )
  section(`Rules for ${printable(of.action)}`, rules(of))
  section('Facts', factLines(of.facts))
  section(
    'Opt-outs',
    of.optOuts.flatMap((one) => optOutLines(one, of.outcome)),
  )
  section('Risk', of.risk === undefined ? [] : riskLines(of.risk))
  if (of.outcome === 'opt-out') say(['', `Without opt-outs: ${of.withoutOptOuts}.`])
  return out.join('')
}

/** Below the words where a line has a label (`  demands    …`). */
function hangOf(line: string): number {
  return /^ {2}[a-z-]+ {2,}/.test(line) ? 11 : 2
}

function outcomePaint(outcome: Outcome, paint: Paint): (text: string) => string {
  return outcome === 'pass' || outcome === 'opt-out' ? paint.good : paint.bad
}

function underWhat({ from, id, at, policy, spent }: ExplainedCase): string[] {
  const { name, revision, activation } = policy
  const under = [
    name === undefined ? 'the policy' : `the policy ${name}`,
    `revision ${shortRevision(revision)}`,
    ...(activation === undefined ? [] : [`activation ${activation}`]),
  ].join(', ')
  const when = moment(at)
  return from === 'record'
    ? [`Decided ${when} under ${under}.`, ...(id === undefined ? [] : [`Decision ${id}`])]
    : [
        `Worked out from facts as of ${when}, under ${under}. Nothing was asked of an app, and an allowance counts as ${spent === undefined ? 'unspent' : 'the facts say'}.`,
      ]
}

function proved({ factors, at }: ExplainedCase): string[] {
  if (factors === undefined) return []
  if (factors.length === 0) return ['nothing']
  return factors.map((factor) => factorWords(factor, at))
}

function rules(of: ExplainedCase): string[] {
  if (of.rules === undefined) return []
  if (of.rules.length === 0) return ['No rule names this action.']
  return of.rules.flatMap((rule) => ruleLines(rule, of))
}
