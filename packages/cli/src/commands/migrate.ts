// countersign migrate
import type { Command, Given } from '../command.ts'
import { JSON_OUT, POSTGRES, SCHEMA } from '../command-options.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { postgresAt } from '../reach-postgres.ts'
import { reached } from '../reached.ts'

export const migrate: Command = {
  name: 'migrate',
  summary: 'Makes the tables of the PostgreSQL backend, or brings them to this release.',
  operands: [],
  options: {
    postgres: { ...POSTGRES, required: true },
    schema: SCHEMA,
    'app-role': {
      type: 'text',
      value: 'role',
      text: 'grant to this role what an app needs, and no more',
    },
    json: JSON_OUT,
  },
  examples: [
    {
      line: 'countersign migrate --postgres postgres://owner@db.example/shop --app-role shop',
      does: 'Makes the schema countersign, owned by owner, for apps that connect as shop.',
    },
  ],
  happens:
    'All steps that are due are one transaction, and whoever else migrates at the same time waits for it: run twice, or at once from several places, it changes nothing more. Run it before the first instance of a new release starts. Apps never migrate by themselves unless they are told to, and refuse a schema of another version.',
  exits: { 4: 'the database cannot be reached, or a later release was here' },
  run: runMigrate,
}

async function runMigrate(context: Context, given: Given): Promise<ExitCode> {
  const { migratePostgres } = await import('@countersign/postgres')
  const place = postgresAt(given.need('postgres'), given)
  const migrated = await reached(migratePostgres({ ...place, appRole: given.text('app-role') }))
  const { schema, from, to } = migrated
  const words =
    from === to
      ? `The schema ${schema} was at version ${to} already.\n`
      : `The schema ${schema} went from version ${from} to ${to}.\n`
  await context.result(migrated, words)
  return EXIT.done
}
