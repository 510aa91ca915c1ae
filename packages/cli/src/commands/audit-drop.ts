// countersign audit drop
import type { Command, Given } from '../command.ts'
import { JSON_OUT, POSTGRES, SCHEMA } from '../command-options.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { counted } from '../policy-input.ts'
import { postgresAt } from '../reach-postgres.ts'
import { reached } from '../reached.ts'

export const auditDrop: Command = {
  name: 'audit drop',
  summary: 'Drops the days of the audit log in PostgreSQL whose time is over.',
  operands: [],
  options: {
    postgres: { ...POSTGRES, required: true },
    schema: SCHEMA,
    before: {
      type: 'text',
      value: 'day',
      required: true,
      text: 'the first day that is kept: 2026-01-31 (UTC)',
    },
    json: JSON_OUT,
  },
  examples: [
    {
      line: 'countersign audit drop --postgres postgres://owner@db.example/shop --before 2026-01-31',
      does: 'Drops the records of all days before.',
    },
  ],
  happens:
    'A day is a partition, and is dropped whole, by the owner of the tables. Where each chain goes on is kept under the key of the app: set COUNTERSIGN_SECRET to its secret. So verifying tells a day that was dropped from records that were removed. Verify and archive first: nothing brings them back.',
  exits: { 4: 'the database cannot be reached' },
  run: runAuditDrop,
}

async function runAuditDrop(context: Context, given: Given): Promise<ExitCode> {
  const { dropAuditBefore } = await import('@countersign/postgres')
  const place = postgresAt(given.need('postgres'), given)
  const dropped = await reached(
    dropAuditBefore(place, { before: given.need('before'), secrets: context.secrets }),
  )
  await context.result(dropped, `Dropped ${counted(dropped.days.length, 'day')}.\n`)
  return EXIT.done
}
