// An operator's new key: the private one into a file of its owner alone, the public one to be listed.
import { writeFile } from 'node:fs/promises'
import { algorithmOf, type OperatorKey, publicPartOf, thumbprintOf } from '@countersign/core'
import { CliError } from './cli-error.ts'
import type { Context } from './context.ts'
import { EXIT } from './exit-code.ts'

const OWNER_ONLY = 0o600

/** On P-256, written to a file that must not be there yet. @throws CliError `file_exists` */
export async function makeOperatorKey(context: Context, file: string): Promise<OperatorKey> {
  const usages = ['sign', 'verify'] as const
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, usages)
  const { kty = '', crv, x, y, d } = await crypto.subtle.exportKey('jwk', pair.privateKey)
  const key = { kty, crv, x, y, d }
  const listed = await listable(key)
  const text = `${JSON.stringify({ ...key, kid: listed.kid, alg: algorithmOf(key) }, null, 2)}\n`
  try {
    await writeFile(context.path(file), text, { flag: 'wx', mode: OWNER_ONLY })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new CliError(
      EXIT.refused,
      'file_exists',
      `${file} is there already, and was left alone: a key that is lost cannot be made again. Name another file with --out.`,
    )
  }
  return listed
}

/** Its public part with its name, as `operatorKeys` lists it. */
export async function listable(key: OperatorKey): Promise<OperatorKey> {
  return { ...publicPartOf(key), kid: await thumbprintOf(key) }
}

/** As it is written in a program. */
export function keyLine(key: OperatorKey): string {
  const members = Object.entries(key)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: '${String(value)}'`)
  return `    { ${members.join(', ')} },`
}
