// One database in MaxMind's format. A file that is truncated or says wrong sizes is refused before it is asked anything.
import { ConfigurationError } from '@countersign/core'
import { Reader } from 'mmdb-lib'

export interface Database {
  /** @throws for a record that cannot be read */
  find(address: string): unknown
}

/** What stands between the tree and the data: sixteen zeros. */
const SEPARATOR_BYTES = 16
const MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1')
/** Of each sort, to see whether records can be read at all. */
const PROBES = ['1.1.1.1', '8.8.8.8', '193.0.6.139', '2001:4860:4860::8888']

/** @throws ConfigurationError `database_malformed` */
export function openDatabase(content: Buffer, path: string): Database {
  try {
    const reader = new Reader<never>(content)
    assertSizes(reader.metadata, content)
    const database: Database = {
      find: (address) =>
        reader.metadata.ipVersion === 4 && address.includes(':') ? null : reader.get(address),
    }
    for (const probe of PROBES) database.find(probe)
    return database
  } catch (error) {
    throw new ConfigurationError({
      code: 'database_malformed',
      path: 'createGeography.files',
      problem: `must be databases in MaxMind's format (.mmdb), and ${JSON.stringify(path)} is none, or is cut short`,
      got: `${content.length} bytes: ${error instanceof Error ? error.message : String(error)}`,
      fix: 'Fetch it anew, and replace the file in one step (rename).',
    })
  }
}

function assertSizes(
  metadata: { nodeCount: number; recordSize: number; searchTreeSize: number; ipVersion: number },
  content: Buffer,
): void {
  const { nodeCount, recordSize, searchTreeSize, ipVersion } = metadata
  if (!Number.isSafeInteger(nodeCount) || nodeCount < 1) throw new Error('its tree has no node')
  if (![24, 28, 32].includes(recordSize)) throw new Error(`records of ${recordSize} bits`)
  if (ipVersion !== 4 && ipVersion !== 6) throw new Error(`addresses of version ${ipVersion}`)
  const data = searchTreeSize + SEPARATOR_BYTES
  if (data > content.lastIndexOf(MARKER)) throw new Error('its tree is longer than the file')
  if (content.subarray(searchTreeSize, data).some((byte) => byte !== 0))
    throw new Error('no data where its tree ends')
}
