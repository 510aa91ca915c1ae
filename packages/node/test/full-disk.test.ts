// A full disk stops the audit log and the store, never a revocation.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { bundle } from './bundle.ts'
import { temporaryDirectory } from './temporary-directory.ts'

// a file system of 4 MB in a namespace of its own: needs no rights, and leaves nothing behind
it('on a full disk a revocation is still written, opt-outs are not', {
  timeout: 60_000,
}, async () => {
  const scratch = await temporaryDirectory()
  const program = await bundle(fileURLToPath(new URL('full-disk-app.ts', import.meta.url)), scratch)
  const mounted = join(scratch, 'disk')
  const script = `mkdir "$1" && mount -t tmpfs -o size=4m,mode=0700 none "$1" && exec "$2" "$3" "$1/data"`
  const { stdout } = await promisify(execFile)('unshare', [
    '--user',
    '--map-root-user',
    '--mount',
    'sh',
    '-c',
    script,
    'sh',
    mounted,
    process.execPath,
    program,
  ])
  expect(stdout.trim().split('\n')).toEqual([
    'filled: the audit log cannot be written',
    'revoked 1:1',
    'audit: the audit log cannot be written',
    'store: the disk is full: what space is left is kept for revocations',
    'revoked 1:2',
    'warnings: the disk is full: only revocations are still written,the audit log cannot be written: ENOSPC: no space left on device, write',
    'after room was made: recorded, stored, no warnings',
    'verified: true',
    'reopened: 2 revocations',
  ])
})
