// What @countersign/postgres exports, by name.
export { type DropAudit, type DroppedAudit, dropAuditBefore } from './audit/drop-audit-before.ts'
export { verifyPostgresAudit } from './audit/verify-postgres-audit.ts'
export {
  type Migrated,
  type MigrateOptions,
  migratePostgres,
} from './migrations/migrate-postgres.ts'
export {
  postgresAuditLog,
  postgresBackend,
  postgresFeed,
  postgresStore,
} from './postgres-backend.ts'
export type { PGliteLike, PGliteQueries, PostgresOptions } from './postgres-options.ts'
