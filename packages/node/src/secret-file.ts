// The secret of an app that was given none: made once, kept in the data directory, readable by its owner alone.
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { ConfigurationError } from '@countersign/core'
import { assertPrivate } from './data-directory.ts'
import { codeOf, replaceFile } from './durable-files.ts'

/** 256 bits in base64url. */
const SECRET = /^[A-Za-z0-9_-]{43,}$/

/** The secret that is there. @throws ConfigurationError where others may read it or it is none. */
export async function readSecretFile(path: string): Promise<string | undefined> {
  let text: string
  try {
    text = (await readFile(path, 'utf8')).trim()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
  await assertPrivate(path, 'file')
  if (SECRET.test(text)) return text
  throw new ConfigurationError({
    code: 'secret_file_unfit',
    path,
    problem: 'has to hold the secret that was made here',
    got: text === '' ? 'an empty file' : 'something else',
    fix: 'Restore it, or delete it: all remembered devices then have to be remembered anew.',
  })
}

/** Only for whoever holds the data directory. */
export async function readOrMakeSecret(path: string): Promise<string> {
  const found = await readSecretFile(path)
  if (found !== undefined) return found
  const secret = randomBytes(32).toString('base64url')
  await replaceFile(path, [`${secret}\n`])
  return secret
}
