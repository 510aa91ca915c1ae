// An operator's private key, from a file that its owner alone may read.
import { readFile, stat } from 'node:fs/promises'
import { algorithmOf, type OperatorPrivateKey } from '@countersign/core'
import { CliError } from './cli-error.ts'
import { EXIT } from './exit-code.ts'

/** @throws CliError where the file holds none, or others may read it */
export async function readOperatorKey(path: string): Promise<OperatorPrivateKey> {
  const text = await readFile(path, 'utf8')
  // on Windows modes tell nothing
  if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0)
    throw unfit('operator_key_open', `${path}: others may read this key. Run: chmod 600 ${path}`)
  const key = parseKey(text)
  if (key !== undefined && algorithmOf(key) !== undefined && typeof key.d === 'string') return key
  // never what was found: it may be another secret
  throw unfit(
    'operator_key_unfit',
    `${path}: this is no operator key. It has to be a private JWK on P-256 or Ed25519: countersign keys new makes one.`,
  )
}

function parseKey(text: string): OperatorPrivateKey | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as OperatorPrivateKey) : undefined
  } catch {
    return undefined
  }
}

function unfit(code: string, text: string): CliError {
  return new CliError(EXIT.unreachable, code, text)
}
