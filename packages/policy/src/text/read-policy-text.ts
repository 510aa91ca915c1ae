// Policy text to plain values, remembering where each of them stands.

import type { Json } from '@countersign/core'
import { isAlias, isMap, isScalar, isSeq, type Pair, type ParsedNode, type Scalar } from 'yaml'
import type { Path } from '../problems/policy-problem.ts'
import type { Finding, Locate } from '../problems/problem-collector.ts'
import { parseYamlNodes } from './parse-yaml-nodes.ts'
import { findStart, type Spot, toPlace } from './spot.ts'
import {
  anchorOrAlias,
  duplicateKey,
  explicitTag,
  keyNotText,
  notFinite,
  prototypeKey,
} from './syntax-findings.ts'

export interface ReadPolicy {
  /** Absent where the text is no YAML at all; null stands for what could not be read. */
  readonly value: Json | undefined
  readonly findings: readonly Finding[]
  readonly locate: Locate
}

/** Never throws: what cannot be read is told in `findings`. */
export function readPolicyText(text: string): ReadPolicy {
  const { root, lines, mistakes } = parseYamlNodes(text)
  const spot = spotOf(root, 0)
  const locate: Locate = (wanted) => toPlace(lines, findStart(spot, wanted, text))
  if (mistakes.length > 0) {
    const findings = mistakes.map((mistake) => ({
      ...mistake,
      path: [],
      place: toPlace(lines, mistake.at),
    }))
    return { value: undefined, findings, locate }
  }
  const findings: Finding[] = []
  return { value: readNode(root, [], spot, findings), findings, locate }
}

function spotOf(node: ParsedNode | null, start: number): Spot {
  return { node, start: node?.range[0] ?? start, inside: new Map() }
}

function readNode(node: ParsedNode | null, path: Path, spot: Spot, findings: Finding[]): Json {
  if (node === null) return null
  if (isAlias(node) || node.anchor !== undefined) findings.push(anchorOrAlias(path))
  if (node.tag !== undefined) findings.push(explicitTag(node.tag, path))
  if (isScalar(node)) return readScalar(node, path, findings)
  if (isSeq(node)) return readList(node.items, path, spot, findings)
  if (isMap(node)) return readMap(node.items, path, spot, findings)
  return null
}

function readScalar({ value, source }: Scalar, path: Path, findings: Finding[]): Json {
  if (typeof value !== 'number' || Number.isFinite(value)) return value as Json
  findings.push(notFinite(source ?? String(value), path))
  return null
}

function readList(
  items: readonly (ParsedNode | null)[],
  path: Path,
  spot: Spot,
  findings: Finding[],
): Json {
  return items.map((item, index) => {
    const inner = spotOf(item, spot.start)
    spot.inside.set(index, inner)
    return readNode(item, [...path, index], inner, findings)
  })
}

function readMap(
  items: readonly Pair<ParsedNode, ParsedNode | null>[],
  path: Path,
  spot: Spot,
  findings: Finding[],
): Json {
  const result: Record<string, Json> = {}
  for (const item of items) {
    const key = readKey(item.key, path, spot, findings)
    if (key === undefined) continue
    const inner: Spot = { node: item.value, start: item.key.range[0], inside: new Map() }
    spot.inside.set(key, inner)
    result[key] = readNode(item.value, [...path, key], inner, findings)
  }
  return result
}

/** Undefined where it cannot be used: its place is kept then, because it is what is told. */
function readKey(
  node: ParsedNode,
  path: Path,
  spot: Spot,
  findings: Finding[],
): string | undefined {
  if (node.tag !== undefined) findings.push(explicitTag(node.tag, path))
  if (!isAlias(node) && node.anchor !== undefined) findings.push(anchorOrAlias(path))
  const key = isScalar(node) && node.value !== null ? keyText(node) : undefined
  const refused = refuseKey(key, isScalar(node), path, spot)
  if (refused === undefined) return key
  spot.inside.set(key ?? '?', spotOf(node, spot.start))
  findings.push(refused)
  return undefined
}

function refuseKey(
  key: string | undefined,
  isEmpty: boolean,
  path: Path,
  spot: Spot,
): Finding | undefined {
  if (key === undefined) return keyNotText(isEmpty, [...path, '?'])
  if (spot.inside.has(key)) return duplicateKey(key, [...path, key])
  return key === '__proto__' ? prototypeKey([...path, key]) : undefined
}

/** `1: x` has the key `1`, as it is written. */
function keyText(node: Scalar): string {
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
}
