// Where a data directory's control socket is. A Unix socket's path has at most about 107 bytes: where the directory's is
// longer, the socket is in a private directory under the system's temporary one.
import { chmod, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assertPrivate, type DataDirectory } from './data-directory.ts'
import { codeOf, DIRECTORY_MODE } from './durable-files.ts'
import { sha256 } from './sha256.ts'

const LONGEST_PATH = 100

/** Both sides work it out from the directory's path alone. */
function socketPath({ path }: DataDirectory): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\countersign-${hashOf(path)}`
  const near = join(path, 'control.sock')
  if (Buffer.byteLength(near) <= LONGEST_PATH) return near
  return join(farDirectory(path), 'control.sock')
}

/** Where to connect to. @throws ConfigurationError where somebody else made the directory that it would be in. */
export async function findSocketPath(dir: DataDirectory): Promise<string> {
  const path = socketPath(dir)
  if (isNear(path, dir)) return path
  await assertPrivate(farDirectory(dir.path), 'directory').catch((error) => {
    // nobody made it: nothing runs
    if (codeOf(error) !== 'ENOENT') throw error
  })
  return path
}

/** Makes the directory of a socket that is elsewhere. @throws ConfigurationError where somebody else made it. */
export async function prepareSocketPath(dir: DataDirectory): Promise<string> {
  const path = socketPath(dir)
  if (isNear(path, dir)) return path
  const far = farDirectory(dir.path)
  const made = await mkdir(far, { recursive: true, mode: DIRECTORY_MODE })
  if (made !== undefined) await chmod(far, DIRECTORY_MODE)
  await assertPrivate(far, 'directory')
  return path
}

function isNear(path: string, dir: DataDirectory): boolean {
  return process.platform === 'win32' || path === join(dir.path, 'control.sock')
}

function farDirectory(path: string): string {
  return join(tmpdir(), `countersign-${process.getuid?.() ?? 'user'}-${hashOf(path)}`)
}

function hashOf(path: string): string {
  return sha256(path).slice(0, 16)
}
