// The embedded backend: feed, store and audit log of one app on one machine, in one data directory.
import { resolve } from 'node:path'
import type { BackendSource, OpenBackend } from '@countersign/core'
import { checkBackendOptions } from './check-backend-options.ts'
import { type ControlSocket, openControlSocket } from './control-socket.ts'
import { type DataDirectory, openDataDirectory } from './data-directory.ts'
import { openFileAuditLog } from './file-audit-log.ts'
import { openFileFeed } from './file-feed.ts'
import { openFileStore } from './file-store.ts'
import { readOrMakeSecret } from './secret-file.ts'
import { sha256 } from './sha256.ts'
import { openSpaceReserve } from './space-reserve.ts'

export interface FileBackendOptions {
  /** Where the audit log has grown so large, nothing that needs a record is honoured. @default 10 GiB */
  readonly auditQuotaBytes?: number | undefined
}

const AUDIT_QUOTA_BYTES = 10 * 1024 ** 3

/**
 * Keeps everything in `dir`, which is made if it is missing (mode 0700) and held by one process at a time. What was
 * acknowledged survives `kill -9` and a loss of power. Rolling back the whole directory goes unnoticed.
 *
 * @throws ConfigurationError at once where `dir` or an option is none; when opened: `data_directory_in_use`, `data_directory_unfit`, `feed_cut`, `store_cut`, …
 */
export function fileBackend(dir: string, options: FileBackendOptions = {}): BackendSource {
  checkBackendOptions(dir, options)
  return {
    key: `file:${resolve(dir)}`,
    async open({ secrets }) {
      const directory = await openDataDirectory(dir)
      const control = await openControlSocket(directory)
      try {
        const given = secrets.length > 0 ? secrets : [await readOrMakeSecret(directory.secret)]
        const { closeParts, ...parts } = await openParts(directory, control, given, options)
        const backend: OpenBackend = {
          ...parts,
          secrets: given,
          serve: async (handlers) => control.serve(handlers),
          async close() {
            await closeParts()
            // last: whoever binds it next finds everything written
            await control.close()
          },
        }
        return backend
      } catch (error) {
        await control.close()
        throw error
      }
    },
  }
}

async function openParts(
  directory: DataDirectory,
  { assertHeld }: ControlSocket,
  secrets: readonly string[],
  { auditQuotaBytes = AUDIT_QUOTA_BYTES }: FileBackendOptions,
) {
  const opened: { close(): Promise<void> }[] = []
  const closeParts = async () => {
    await Promise.all(opened.map((part) => part.close()))
  }
  try {
    const reserve = await openSpaceReserve(`${directory.feed}/reserve`)
    const { feed, warnings: ofFeed } = await openFileFeed(directory, { reserve, assertHeld })
    opened.push(feed)
    const { store, warnings: ofStore } = await openFileStore(directory, reserve)
    opened.push(store)
    const log = await openFileAuditLog(directory, reserve, { secrets, quotaBytes: auditQuotaBytes })
    opened.push(log.audit)
    return {
      feed,
      store,
      audit: log.audit,
      authority: 'machine' as const,
      sha256,
      warnings() {
        const full = reserve.held ? [] : ['the disk is full: only revocations are still written']
        return [...full, ...ofFeed(), ...ofStore(), ...log.warnings()]
      },
      closeParts,
    }
  } catch (error) {
    await closeParts()
    throw error
  }
}
