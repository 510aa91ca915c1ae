// countersign audit tail
import type { AuditRecord } from '@countersign/core'
import { CliError } from '../cli-error.ts'
import type { Command, Given } from '../command.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { printableJson } from '../output/printable.ts'
import { PLACE } from '../reach-backend.ts'
import { readAudit } from '../read-audit.ts'
import { recordLine } from '../record-line.ts'

export const auditTail: Command = {
  name: 'audit tail',
  summary: 'Shows the last records of the audit log, and what is added to it.',
  operands: [],
  options: {
    follow: { type: 'flag', short: 'f', text: 'go on with new records, until Ctrl-C' },
    lines: { type: 'text', short: 'n', value: 'count', text: 'how many of the last records [10]' },
    subject: { type: 'text', value: 'subject', text: 'only those about this subject' },
    decision: { type: 'text', value: 'id', text: 'only the record of this decision' },
    ...PLACE,
    json: { type: 'flag', text: 'write each record whole, as one line of JSON' },
  },
  examples: [
    { line: 'countersign audit tail -n 20', does: 'The last 20 records, a line each.' },
    {
      line: 'countersign audit tail --follow --subject alice',
      does: 'What is decided about alice, as it happens.',
    },
  ],
  happens:
    'Reads the files of the log, also while an app writes to them. A line has the time, what happened, to whom, and a word on why; a decision line ends with its id, which countersign explain takes. The records are not verified here: that is audit verify.',
  exits: { 4: 'the log cannot be read' },
  run: runAuditTail,
}

async function runAuditTail(context: Context, given: Given): Promise<ExitCode> {
  const last = readCount(given.text('lines') ?? '10')
  const subject = given.text('subject')
  const decision = given.text('decision')
  const query = {
    ...(subject === undefined ? {} : { subject }),
    ...(decision === undefined ? {} : { decision }),
  }
  const follow = given.flag('follow') ? context.terminal.untilStopped() : undefined
  for await (const record of readAudit(context, query, { last, follow }))
    await context.terminal.out(lineOf(context, record))
  return EXIT.done
}

function lineOf({ json }: Context, record: AuditRecord): string {
  return `${json ? printableJson(record) : recordLine(record)}\n`
}

function readCount(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new CliError(
    EXIT.usage,
    'lines_malformed',
    `-n has to be a number, got ${text}. Write -n 20.`,
  )
}
