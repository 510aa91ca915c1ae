// A policy given as an object to a copy of it in plain values.
import type { Json } from '@countersign/core'
import type { Path } from '../problems/policy-problem.ts'
import { type Finding, showValue } from '../problems/problem-collector.ts'
import { MOST_LEVELS } from './parse-yaml-nodes.ts'
import type { ReadPolicy } from './read-policy-text.ts'

/** A key whose value is `undefined` is absent. What is not JSON is left out and told. */
export function readPolicyObject(input: unknown): ReadPolicy {
  const findings: Finding[] = []
  const value = copyValue(input, [], findings)
  return { value, findings, locate: () => undefined }
}

function copyValue(value: unknown, path: Path, findings: Finding[]): Json | undefined {
  if (path.length > MOST_LEVELS) return refuse('nested_too_deep', value, path, findings)
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (Array.isArray(value)) {
    return value.map((item, index) => copyValue(item, [...path, index], findings) ?? null)
  }
  if (isPlainObject(value)) return copyMapping(value, path, findings)
  return refuse('not_json', value, path, findings)
}

function copyMapping(value: object, path: Path, findings: Finding[]): Json {
  const copy: Record<string, Json> = {}
  for (const [key, inner] of Object.entries(value)) {
    if (inner === undefined) continue
    if (key === '__proto__') {
      refuse('reserved_name', key, [...path, key], findings)
      continue
    }
    copy[key] = copyValue(inner, [...path, key], findings) ?? null
  }
  return copy
}

/** Of any realm: the prototype of its prototype is null. */
function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

const REFUSALS = {
  nested_too_deep: [`nested deeper than ${MOST_LEVELS} levels`, 'remove the cycle or the nesting'],
  not_json: ['no part of a policy', 'write a text, a number, true, false, a list or a mapping'],
  reserved_name: ['a key that cannot be used', 'choose another name'],
} as const

function refuse(
  code: keyof typeof REFUSALS,
  value: unknown,
  path: Path,
  findings: Finding[],
): undefined {
  const [message, fix] = REFUSALS[code]
  findings.push({ code, path, message: `this is ${message}`, found: describeKind(value), fix })
  return undefined
}

function describeKind(value: unknown): string {
  if (value instanceof Date) return 'a Date'
  if (typeof value === 'object' && value !== null) return 'an object with a class'
  return typeof value === 'function' || typeof value === 'symbol'
    ? `a ${typeof value}`
    : showValue(value)
}
