// countersign report
import { writeFile } from 'node:fs/promises'
import type { ActivationSummary, CompiledPolicy, SuspensionSummary } from '@countersign/core'
import { CliError } from '../cli-error.ts'
import type { Command, Given } from '../command.ts'
import { JSON_OUT } from '../command-options.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { parseSince } from '../input/parse-since.ts'
import { printable } from '../output/printable.ts'
import { PLACE } from '../reach-backend.ts'
import { withOperator } from '../reach-operator.ts'
import { readLabels } from '../replay/read-labels.ts'
import { collectUse } from '../report/collect-use.ts'
import { composeReport, type ReportOn } from '../report/compose-report.ts'
import { toHtml } from '../report/to-html.ts'
import { toMarkdown } from '../report/to-markdown.ts'

export const report: Command = {
  name: 'report',
  summary: 'Writes an evidence report for an auditor: what can be waived, why, how often, by whom.',
  operands: [],
  options: {
    since: {
      type: 'text',
      value: 'duration|date',
      text: 'how far back: 90d, 2026-11-01 [90d]',
    },
    html: { type: 'flag', text: 'as a page with plots, instead of Markdown' },
    out: { type: 'text', value: 'file', text: 'write it to a file [standard output]' },
    ...PLACE,
    json: JSON_OUT,
  },
  examples: [
    {
      line: 'countersign report --since 90d --html --out evidence.html',
      does: 'Writes one page that needs nothing from anywhere.',
    },
  ],
  happens:
    'From the policy in force: which rules can be waived by what, within which limits, the threats with their controls, the waivers with owner, approver and ticket (OWASP ASVS 6.3.3 and 8.1.3), and where a trusted device deviates from NIST SP 800-63B-4. From the audit log: how often each opt-out was honoured, for how many people, what operators said of those decisions, and who activated, tried, took back, recalled and suspended what, and why. That nobody changed the log is for countersign audit verify. Nothing is changed.',
  exits: { 4: 'the log, the data directory or the app cannot be reached, or the file be written' },
  run: runReport,
}

async function runReport(context: Context, given: Given): Promise<ExitCode> {
  const now = Date.now()
  const from = parseSince(given.text('since') ?? '90d', now)
  const on = await readAll(context, from, now)
  const blocks = composeReport(on)
  const words = given.flag('html') ? toHtml(blocks) : toMarkdown(blocks)
  const out = given.text('out')
  if (out !== undefined) await writeFile(context.path(out), words)
  const { policy, inForce, suspended, use } = on
  await context.result(
    { from, to: now, revision: policy.revision, inForce, suspended, ...use },
    out === undefined ? words : `Wrote ${printable(out)}.\n`,
  )
  return EXIT.done
}

async function readAll(context: Context, from: number, to: number): Promise<ReportOn> {
  const known = await withOperator(context, { make: false }, async (operator) => {
    const { activations, suspensions } = (await operator.call('history')) as unknown as {
      readonly activations: readonly ActivationSummary[]
      readonly suspensions: readonly SuspensionSummary[]
    }
    const inForce = activations.find((one) => one.inForce)
    const policy = inForce && (await operator.call('policy', { revision: inForce.revision }))
    if (!inForce || !policy)
      throw new CliError(
        EXIT.unreachable,
        'no_policy_in_force',
        `${context.place}: no policy is in force here. Put one in force: countersign activate <policy> --why "…"`,
      )
    const suspended = suspensions.map(({ target }) => target)
    return { inForce, policy: policy as unknown as CompiledPolicy, suspended }
  })
  const use = await collectUse(context, from, await readLabels(context, { from }))
  return { ...known, use, from, to }
}
