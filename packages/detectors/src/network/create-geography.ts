// Geography from files in MaxMind's format: city, ASN and anonymous-IP editions, and those of others that are alike.
// Each is read again when it changes.
import { ConfigurationError, type Logger } from '@countersign/core'
import { LRUCache } from 'lru-cache'
import { watchFile } from '../watch-file.ts'
import type { Geography, Network } from './network.ts'
import { openDatabase } from './open-database.ts'
import { toNetwork } from './to-network.ts'

export interface GeographyOptions {
  /** Databases (.mmdb). What several of them know of an address is put together; the first that says a thing is believed. */
  readonly files: readonly string[]
  /** Hears of a changed file that cannot be used: the one before stays in use. */
  readonly logger?: Pick<Logger, 'warn'> | undefined
}

const MOST_ADDRESSES = 10_000

/**
 * Reads the files at once, and keeps them in memory.
 *
 * @throws ConfigurationError `geography_without_files`, `file_unreadable`, `database_malformed`
 */
export function createGeography({ files, logger }: GeographyOptions): Geography {
  if (files.length === 0) throw withoutFiles()
  const databases = files.map((path, index) =>
    watchFile(
      path,
      `createGeography.files[${index}]`,
      (content) => openDatabase(content, path),
      (error) => logger?.warn({ err: error, file: path }, 'a database could not be read again'),
    ),
  )
  const known = new LRUCache<string, { readonly network: Network | undefined }>({
    max: MOST_ADDRESSES,
  })
  let knownBy: readonly object[] = []

  return {
    lookUp(address) {
      const current = databases.map((database) => database.current().value)
      if (current.some((database, i) => database !== knownBy[i])) {
        known.clear()
        knownBy = current
      }
      const cached = known.get(address)
      if (cached !== undefined) return cached.network
      const network = merge(current.map((database) => toNetwork(database.find(address))))
      known.set(address, { network })
      return network
    },
  }
}

function merge(networks: readonly (Network | undefined)[]): Network | undefined {
  if (networks.every((one) => one === undefined)) return undefined
  // the first that says a thing is last here
  return Object.assign({}, ...networks.toReversed())
}

function withoutFiles(): ConfigurationError {
  return new ConfigurationError({
    code: 'geography_without_files',
    path: 'createGeography.files',
    problem: 'must name a database',
    got: 'an empty list',
    fix: "Write createGeography({ files: ['GeoLite2-City.mmdb', 'GeoLite2-ASN.mmdb'] }).",
  })
}
