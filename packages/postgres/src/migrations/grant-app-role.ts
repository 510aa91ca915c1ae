// What the app's role may do: ask the functions, keep entries in the store, and read. It owns nothing, and so can take no
// record back.
import { ConfigurationError } from '@countersign/core'
import type { Transaction } from '../sql.ts'

const MAY_CALL = [
  'append_event(text, text, text, text)',
  'read_feed(bigint, bigint, text)',
  'begin_generation(bigint, bigint, text, bigint, bigint, bytea)',
  'save_snapshot(bigint, bigint, bigint, bytea)',
  'store_now()',
  'add_if_below(text, text, text, text[], float8[], float8[], bigint)',
  'prepare_audit_days()',
  'append_audit(text, int, bigint, text, text[], bigint[], text[], text[], text[], text)',
]
const MAY_READ = ['schema_versions', 'feed_topics', 'audit_chains', 'audit_records']

/** @throws ConfigurationError `role_missing` */
export async function grantAppRole(
  { query, script }: Transaction,
  schema: string,
  role: string,
): Promise<void> {
  const [found] = await query<{ name: string }>(
    'select quote_ident(rolname) as name from pg_roles where rolname = $1',
    [role],
  )
  if (found === undefined) throw roleMissing(role)
  const to = found.name
  await script(`
    grant usage on schema ${schema} to ${to};
    grant select on ${MAY_READ.map((name) => `${schema}.${name}`).join(', ')} to ${to};
    grant select, insert, update, delete on ${schema}.store_entries to ${to};
    grant usage on sequence ${schema}.store_versions to ${to};
    ${MAY_CALL.map((name) => `grant execute on function ${schema}.${name} to ${to};`).join('\n')}
  `)
}

function roleMissing(role: string): ConfigurationError {
  return new ConfigurationError({
    code: 'role_missing',
    path: 'appRole',
    problem: 'must be a role of this server',
    got: JSON.stringify(role),
    fix: `Make it first, as an administrator: create role ${/^[a-z_][a-z0-9_]*$/.test(role) ? role : '<name>'} login password '…'`,
  })
}
