// A value of facts that has to be a mapping.
import type { Path } from '../problems/policy-problem.ts'
import { FactsError } from './facts-error.ts'

export type Given = Readonly<Record<string, unknown>>

/** @throws FactsError where it is none */
export function readMapping(value: unknown, path: Path): Given {
  if (isMapping(value)) return value
  throw new FactsError(path, 'has to be an object', value, 'Write { … }.')
}

export function isMapping(value: unknown): value is Given {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
