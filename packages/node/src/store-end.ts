// How far the store's log once reached, kept apart from it: a store that was lost or cut would make spent allowances whole
// and used tickets good again.
import { join } from 'node:path'
import { ConfigurationError } from '@countersign/core'
import type { DataDirectory } from './data-directory.ts'
import { endKey, openEndFile, readEnd } from './end-file.ts'
import { feedPaths, hasHistory } from './feed-files.ts'

export interface StoreEnd {
  /** After the answers, for it is no part of them: killed before it, the end is behind its log, never ahead. */
  record(version: number): Promise<void>
  warnings(): readonly string[]
  close(): Promise<void>
}

interface End {
  /** Of the last change; it only rises, through compaction too. */
  readonly version: number
}

// as the feed's: it keeps a torn slot from being read, and hides nothing from who may write here
const KEY = endKey('')
const SYNC_EVERY_MS = 1_000

/**
 * `version`: as far as the log at `log` reaches.
 *
 * @throws ConfigurationError `store_cut` where it once reached further
 */
export async function openStoreEnd(
  dir: DataDirectory,
  log: string,
  version: number,
): Promise<StoreEnd> {
  const path = join(dir.ends, 'store')
  const found = await readEnd<End>(path, 'store', [KEY])
  if (found.is === 'verified' && version < found.end.version)
    throw storeCut(log, path, version, found.end.version)
  // nothing tells how long it was: that is no question only where all is new
  const doubt = found.is !== 'verified' && (version > 0 || (await hasHistory(feedPaths(dir))))
  const file = await openEndFile<End>(path, 'store', KEY)
  let syncedAt = performance.now()
  let failure: string | undefined
  await file.write({ version })
  await file.sync()

  return {
    async record(version) {
      try {
        await file.write({ version })
        if (performance.now() - syncedAt >= SYNC_EVERY_MS) {
          syncedAt = performance.now()
          await file.sync()
        }
        failure = undefined
      } catch (error) {
        // what was answered stands; only a later cut would show less far back
        failure = `where the store ends cannot be recorded: ${String(error)}`
      }
    },
    warnings: () => [...(doubt ? [DOUBT] : []), ...(failure === undefined ? [] : [failure])],
    async close() {
      await file.sync().catch(() => {})
      await file.close()
    },
  }
}

const DOUBT =
  "the store's end was not recorded: if something was lost from the store, spent allowances are whole again and used tickets may complete again"

function storeCut(log: string, end: string, version: number, reached: number): ConfigurationError {
  return new ConfigurationError({
    code: 'store_cut',
    path: log,
    problem: `has to reach change ${reached}, as it once did`,
    got: version === 0 ? 'no changes at all' : `a log that ends at change ${version}`,
    fix: `Restore the whole data directory. Or accept that spent allowances are whole again and that used tickets may complete again, and go on with what is there: rm ${end}`,
  })
}
