// Policy text to plain values, remembering where each of them stands.

import type { Json } from '@countersign/core'
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type LineCounter,
  type ParsedNode,
  type Scalar,
} from 'yaml'
import type { Path } from '../problems/policy-problem.ts'
import type { Finding, Locate, Place } from '../problems/problem-collector.ts'
import { showValue } from '../problems/problem-collector.ts'
import { findScalarOffset } from './find-scalar-offset.ts'
import { parseYamlNodes } from './parse-yaml-nodes.ts'

/** A node of the text and what lies beneath it, by key or index. */
interface Spot {
  readonly node: ParsedNode | null
  /** Where its key, or it itself, begins. */
  readonly start: number
  readonly inside: Map<string | number, Spot>
}

export interface ReadPolicy {
  readonly value: Json | undefined
  readonly findings: readonly Finding[]
  readonly locate: Locate
}

/** Never throws; what cannot be read is left out of `value` and told in `findings`. */
export function readPolicyText(text: string): ReadPolicy {
  const { root, lines, mistakes } = parseYamlNodes(text)
  const reading: Reading = { findings: [] }
  const spot: Spot = { node: root, start: root?.range[0] ?? 0, inside: new Map() }
  const value = mistakes.length > 0 || root === null ? undefined : readNode(root, [], spot, reading)
  const syntax = mistakes.map(({ at, ...mistake }) => ({
    ...mistake,
    path: [],
    place: toPlace(lines, at),
  }))
  return {
    value: root === null && mistakes.length === 0 ? null : value,
    findings: [...syntax, ...reading.findings],
    locate: ({ path, atKey, offset }) => toPlace(lines, findStart(spot, path, atKey, offset, text)),
  }
}

interface Reading {
  readonly findings: Finding[]
}

function readNode(
  node: ParsedNode | null,
  path: Path,
  spot: Spot,
  reading: Reading,
): Json | undefined {
  if (node === null) return null
  if (isAlias(node) || node.anchor !== undefined) refuseAnchor(path, reading)
  if (isAlias(node)) return undefined
  if (node.tag !== undefined) refuseTag(node.tag, path, reading)
  if (isScalar(node)) return readScalar(node, path, reading)
  if (isSeq(node)) return readList(node.items as (ParsedNode | null)[], path, spot, reading)
  if (isMap(node)) return readMap(node, path, spot, reading)
  return undefined
}

function readScalar(node: Scalar, path: Path, reading: Reading): Json | undefined {
  const { value } = node
  if (typeof value === 'number' && !Number.isFinite(value)) {
    reading.findings.push({
      code: 'not_json',
      path,
      message: 'a number in a policy is finite',
      found: node.source ?? String(value),
      fix: 'write a number in decimal digits',
    })
    return undefined
  }
  return value as Json
}

function readList(
  items: readonly (ParsedNode | null)[],
  path: Path,
  spot: Spot,
  reading: Reading,
): Json {
  return items.map((item, index) => {
    const inner: Spot = { node: item, start: item?.range[0] ?? spot.start, inside: new Map() }
    spot.inside.set(index, inner)
    return readNode(item, [...path, index], inner, reading) ?? null
  })
}

function readMap(
  node: ParsedNode & { items: readonly unknown[] },
  path: Path,
  spot: Spot,
  reading: Reading,
): Json {
  const result: Record<string, Json> = {}
  for (const item of node.items as readonly { key: ParsedNode; value: ParsedNode | null }[]) {
    const key = readKey(item.key, path, spot, reading)
    if (key === undefined) continue
    const inner: Spot = { node: item.value, start: item.key.range[0], inside: new Map() }
    spot.inside.set(key, inner)
    result[key] = readNode(item.value, [...path, key], inner, reading) ?? null
  }
  return result
}

function readKey(node: ParsedNode, path: Path, spot: Spot, reading: Reading): string | undefined {
  const key = isScalar(node) && node.value !== null ? keyText(node) : undefined
  if (key === undefined) {
    spot.inside.set('?', { node, start: node.range[0], inside: new Map() })
    reading.findings.push({
      code: 'key_not_text',
      path: [...path, '?'],
      atKey: true,
      message: 'a key has to be a single word',
      found: isScalar(node) ? 'an empty key' : 'a list, a mapping or an alias as key',
      fix: 'write a name before the colon',
    })
    return undefined
  }
  if (node.anchor !== undefined) refuseAnchor(path, reading)
  const double = spot.inside.has(key)
  if (!double && key !== '__proto__') return key
  // the later one is pointed at, so that its place is the one kept
  const inner: Spot = { node, start: node.range[0], inside: new Map() }
  spot.inside.set(key, inner)
  reading.findings.push(double ? duplicateKey(key, path) : prototypeKey(path))
  return undefined
}

function keyText(node: Scalar): string {
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
}

function duplicateKey(key: string, path: Path): Finding {
  return {
    code: 'duplicate_key',
    path: [...path, key],
    atKey: true,
    message: `the key ${key} stands twice in the same mapping`,
    found: `a second ${key}`,
    fix: 'keep one of the two, or rename one',
  }
}

function prototypeKey(path: Path): Finding {
  return {
    code: 'reserved_name',
    path: [...path, '__proto__'],
    atKey: true,
    message: '__proto__ cannot be a key',
    found: '__proto__',
    fix: 'choose another name',
  }
}

function refuseAnchor(path: Path, reading: Reading): void {
  reading.findings.push({
    code: 'anchor_or_alias',
    path,
    message: 'anchors (&name) and aliases (*name) are not used in policies',
    found: 'an anchor or an alias',
    fix: 'write the value out where it applies; quote a text that begins with * or &',
  })
}

function refuseTag(tag: string, path: Path, reading: Reading): void {
  reading.findings.push({
    code: 'tag',
    path,
    message: 'YAML tags are not used in policies',
    found: showValue(tag),
    fix: 'remove the tag; put a text in quotes, write a number without',
  })
}

function findStart(
  root: Spot,
  path: Path,
  atKey: boolean | undefined,
  offset: number | undefined,
  text: string,
): number {
  let spot = root
  for (const step of path) {
    const inner = spot.inside.get(step)
    if (inner === undefined) return spot.start
    spot = inner
  }
  if (atKey === true) return spot.start
  const { node } = spot
  if (node === null) return spot.start
  if (offset !== undefined && isScalar(node))
    return findScalarOffset(node as Scalar.Parsed, offset, text)
  return node.range[0]
}

function toPlace(lines: LineCounter, at: number): Place {
  const { line, col } = lines.linePos(at)
  return { line: Math.max(1, line), column: Math.max(1, col) }
}
