// Reads a policy's text from a file, at once: options are read when a guard is made. What it says is for packages/policy.
import { readFileSync, statSync } from 'node:fs'
import { ConfigurationError } from '@countersign/core'
import { codeOf } from './durable-files.ts'

/** 10,000 rules fit well. */
const MAX_BYTES = 8 * 1024 * 1024

/** @throws ConfigurationError with what to do where it cannot be read, is empty, too large or not UTF-8. */
export function readPolicyFile(path: string): string {
  const bytes = readBytes(path)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw unreadable(path, 'has to be UTF-8 text', 'other bytes', 'Save it as UTF-8.')
  }
  if (text.trim() !== '') return text
  throw unreadable(path, 'has to hold a policy', 'an empty file', 'Write one: countersign init')
}

function readBytes(path: string): Uint8Array {
  try {
    const { size } = statSync(path)
    if (size <= MAX_BYTES) return readFileSync(path)
    throw unreadable(
      path,
      'is too large for a policy',
      `${size} bytes`,
      `Keep it below ${MAX_BYTES} bytes.`,
    )
  } catch (error) {
    if (error instanceof ConfigurationError) throw error
    const code = codeOf(error) ?? String(error)
    throw unreadable(path, 'cannot be read', FOUND[code] ?? code, FIX[code] ?? 'Check the path.')
  }
}

const FOUND: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'no permission',
  EISDIR: 'a directory',
}

const FIX: Readonly<Record<string, string>> = {
  ENOENT: 'Check the path (it is read from the working directory), or write one: countersign init',
  EACCES: 'Let the user that runs the app read it.',
  EISDIR: 'Name the file in it.',
}

function unreadable(path: string, problem: string, got: string, fix: string): ConfigurationError {
  return new ConfigurationError({ code: 'policy_file_unreadable', path, problem, got, fix })
}
