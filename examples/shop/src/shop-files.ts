// What the shop keeps on disk beside the guard's own data: one secret and two small JSON files, mode 0600.
import { hkdfSync, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface ShopFiles {
  /** A key of its own for each purpose, the same after every restart. */
  key(purpose: string, bytes: number): Uint8Array
  /** What was last written, or undefined. @throws where the file cannot be read: a lost list must not look empty. */
  read(name: string): unknown
  /** Replaces the file as a whole: a killed process leaves the old one or the new one. */
  write(name: string, value: unknown): void
}

/** @param directory made with mode 0700 where it is missing. */
export function openShopFiles(directory: string): ShopFiles {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const secret = readOrMakeSecret(join(directory, 'secret'))
  return {
    key: (purpose, bytes) => new Uint8Array(hkdfSync('sha256', secret, '', purpose, bytes)),
    read: (name) => readJson(join(directory, name)),
    write: (name, value) => replaceJson(join(directory, name), value),
  }
}

function readOrMakeSecret(path: string): Buffer {
  const made = randomBytes(32)
  try {
    writeFileSync(path, made, { mode: 0o600, flag: 'wx' })
    return made
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
  const secret = readFileSync(path)
  if (secret.length !== made.length)
    throw new Error(
      `${path} should hold ${made.length} bytes, but holds ${secret.length}. Delete it: everybody signs in again and has a new authenticator secret.`,
    )
  return secret
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw new Error(`${path} could not be read. Mend it, or delete it to start afresh.`, {
      cause: error,
    })
  }
}

function replaceJson(path: string, value: unknown): void {
  const next = `${path}.${process.pid}.next`
  writeFileSync(next, JSON.stringify(value), { mode: 0o600 })
  renameSync(next, path)
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
