// The contract suites on files.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  auditContract,
  type FakeClock,
  fakeClock,
  feedContract,
  type Harness,
  storeContract,
} from '@countersign/testing'
import { type DataDirectory, openDataDirectory } from '../src/data-directory.ts'
import { openFileAuditLog } from '../src/file-audit-log.ts'
import { openFileFeed } from '../src/file-feed.ts'
import { openFileStore } from '../src/file-store.ts'
import { openSpaceReserve, type SpaceReserve } from '../src/space-reserve.ts'
import { makeDirectory, readEverything } from './temporary-directory.ts'

type Open<T> = (dir: DataDirectory, reserve: SpaceReserve, clock: FakeClock) => Promise<T>

function onFiles<T>(open: Open<T>): () => Promise<Harness<T>> {
  return async function makeHarness() {
    const path = await makeDirectory()
    const clock = fakeClock()
    return {
      lasting: true,
      async open() {
        const dir = await openDataDirectory(join(path, 'data'))
        return open(dir, await openSpaceReserve(join(dir.feed, 'reserve')), clock)
      },
      raw: () => readEverything(path),
      pass: async (ms) => clock.advance(ms),
      dispose: () => rm(path, { recursive: true, force: true }),
    }
  }
}

feedContract(
  'files',
  onFiles(
    async (dir, reserve) => (await openFileFeed(dir, { reserve, assertHeld: async () => {} })).feed,
  ),
)

storeContract(
  'files',
  onFiles(async (dir, reserve, clock) => (await openFileStore(dir, reserve, clock)).store),
)

auditContract(
  'files',
  onFiles(async (dir, reserve) => {
    const options = { secrets: ['a secret of the tests'], quotaBytes: 1e9 }
    return (await openFileAuditLog(dir, reserve, options)).audit
  }),
)
