// countersign audit verify
import type { AuditVerification, VerifiedChain } from '@countersign/core'
import { verifyAuditDirectory } from '@countersign/node'
import type { Command, Given } from '../command.ts'
import { DATA, JSON_OUT, POSTGRES, SCHEMA } from '../command-options.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { Paint } from '../output/paint.ts'
import { printable } from '../output/printable.ts'
import { counted } from '../policy-input.ts'
import { isDataDirectory, nothingThere } from '../reach-operator.ts'
import { postgresAt } from '../reach-postgres.ts'
import { reached } from '../reached.ts'

export const auditVerify: Command = {
  name: 'audit verify',
  summary: 'Finds out whether somebody changed, removed or cut the audit log.',
  operands: [],
  options: {
    data: DATA,
    postgres: { ...POSTGRES, text: 'verify the log that is kept in this database instead' },
    schema: SCHEMA,
    json: JSON_OUT,
  },
  examples: [
    {
      line: 'countersign audit verify',
      does: 'Says how many records there are and that all are as they were written, or which are not.',
    },
    {
      line: 'countersign audit verify --postgres postgres://auditor@db.example/shop',
      does: 'The same of a log in PostgreSQL.',
    },
  ],
  happens:
    "Reads the log's files, also while an app writes to them, and changes nothing. Each record is linked to the one before by a hash, and where the log ends is kept apart from it, under a key made of the app's secret. Where the app is given a secret, set COUNTERSIGN_SECRET to it: else the end cannot be verified, and the answer says so.",
  exits: {
    1: 'the log was tampered with, or its end does not verify',
    4: 'the log cannot be read',
  },
  run: runAuditVerify,
}

async function runAuditVerify(context: Context, given: Given): Promise<ExitCode> {
  const verified = await verify(context, given)
  await context.result(verified, inWords(verified, context.paint))
  return verified.ok ? EXIT.done : EXIT.found
}

async function verify(context: Context, given: Given): Promise<AuditVerification> {
  const url = given.text('postgres')
  if (url !== undefined) {
    const { verifyPostgresAudit } = await import('@countersign/postgres')
    return reached(verifyPostgresAudit(postgresAt(url, given), context.secrets))
  }
  if (!isDataDirectory(context.data)) throw nothingThere(context.data)
  return verifyAuditDirectory(context.data, context.secrets)
}

function inWords({ ok, chains, gone }: AuditVerification, paint: Paint): string {
  if (gone)
    return `${paint.bad('The audit log is gone.')} Nothing is recorded here, though the feed holds changes that were: somebody removed the log and the record of where it ended.\nRestore the whole data directory from a backup.\n`
  if (chains.length === 0) return 'Nothing was recorded yet.\n'
  return `${verdictOf(ok, chains, paint)}\n${chains.map(chainWords).join('')}`
}

function verdictOf(ok: boolean, chains: readonly VerifiedChain[], paint: Paint): string {
  if (!ok) return paint.bad('The audit log is not as it was written.')
  if (chains.every(({ endIs }) => endIs !== 'not_checked'))
    return paint.good('The audit log is whole.')
  return 'The records that are there are as they were written. Whether the last ones were cut off was not checked.'
}

function chainWords({ chain, records, end, endIs, problems }: VerifiedChain): string {
  const lines = [
    `  ${printable(chain)}: ${counted(records, 'record')}, the last is number ${end.seq}. ${END_WORDS[endIs]}`,
    ...problems.map(({ seq, kind, text }) => `    record ${seq}: ${kind}: ${printable(text)}`),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

const END_WORDS: Readonly<Record<VerifiedChain['endIs'], string>> = {
  verified: 'Its end verifies.',
  unverified: 'Its end was not written with this secret.',
  missing: 'Where it ended is not recorded.',
  not_checked:
    'Its end was not verified, for the secret is not here: set COUNTERSIGN_SECRET to the one that the app is given.',
}
