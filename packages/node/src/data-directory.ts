// The data directory: one owner, mode 0700, nothing in it for anybody else.
import { chmod, lstat, mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { ConfigurationError } from '@countersign/core'
import { codeOf, DIRECTORY_MODE } from './durable-files.ts'

export interface DataDirectory {
  readonly path: string
  readonly secret: string
  readonly feed: string
  readonly store: string
  readonly audit: string
  /** Where the logs' ends are kept, apart from the logs. */
  readonly ends: string
}

export function dataDirectory(dir: string): DataDirectory {
  const path = resolve(dir)
  return {
    path,
    secret: join(path, 'secret'),
    feed: join(path, 'feed'),
    store: join(path, 'store'),
    audit: join(path, 'audit'),
    ends: join(path, 'ends'),
  }
}

/** Makes what is missing. @throws ConfigurationError where others may read or write it. */
export async function openDataDirectory(dir: string): Promise<DataDirectory> {
  const directory = dataDirectory(dir)
  await makeDirectory(directory.path)
  await assertPrivate(directory.path, 'directory')
  for (const part of [directory.feed, directory.store, directory.audit, directory.ends]) {
    await makeDirectory(part)
    await assertPrivate(part, 'directory')
  }
  return directory
}

/** @throws ConfigurationError where it is of another kind, belongs to somebody else, or others may use it. */
export async function assertPrivate(path: string, kind: 'directory' | 'file'): Promise<void> {
  const found = await lstat(path)
  const wanted = kind === 'directory' ? found.isDirectory() : found.isFile()
  if (!wanted) throw unfit(path, `has to be a ${kind}`, describeKind(found), 'Name another path.')
  const us = process.getuid?.()
  if (us === undefined) return
  if (found.uid !== us) {
    const fix = `Start the app as that user, or give it to this one: chown -R ${us} ${path}`
    throw unfit(path, 'has to belong to the user that runs the app', `user ${found.uid}`, fix)
  }
  if ((found.mode & 0o077) !== 0) {
    const mode = (found.mode & 0o777).toString(8).padStart(4, '0')
    const wantedMode = kind === 'directory' ? '700' : '600'
    throw unfit(
      path,
      'must not be open to other users',
      `mode ${mode}`,
      `chmod ${wantedMode} ${path}`,
    )
  }
}

async function makeDirectory(path: string): Promise<void> {
  try {
    const made = await mkdir(path, { recursive: true, mode: DIRECTORY_MODE })
    // an umask may take away more than it should
    if (made !== undefined) await chmod(path, DIRECTORY_MODE)
  } catch (error) {
    const fix = 'Name a directory that this user may make and write.'
    throw unfit(path, 'cannot be made', codeOf(error) ?? String(error), fix)
  }
}

function describeKind(found: { isSymbolicLink(): boolean; isDirectory(): boolean }): string {
  if (found.isSymbolicLink()) return 'a symbolic link'
  return found.isDirectory() ? 'a directory' : 'something else'
}

function unfit(path: string, problem: string, got: string, fix: string): ConfigurationError {
  return new ConfigurationError({ code: 'data_directory_unfit', path, problem, got, fix })
}
