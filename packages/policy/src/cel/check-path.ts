// Names, fields and indexes: facts first, then what lies inside a value.

import type { ASTNode } from '@marcbachmann/cel-js'
import { type CelType, describeType, isListType, isMapType, itemTypeOf } from './cel-type.ts'
import { checkNode } from './check-node.ts'
import {
  type Checking,
  type FoundName,
  type Node,
  report,
  stringLiteral,
  type Typed,
  textOf,
} from './checking.ts'
import type { FactType } from './compiled-tree.ts'

type PathNode = Node<'id'> | Node<'.'> | Node<'[]'>

export function checkPath(node: PathNode, checking: Checking): Typed {
  if (node.op === 'id' && node.args === checking.item?.name) {
    return { tree: { op: 'item' }, type: checking.item.type }
  }
  const keys = pathKeys(node, checking)
  if (keys === undefined) return checkAccess(node, checking)
  const found = checking.names.find(keys, 'read')
  if (!found.ok) return report(checking, node, found.message, found.fix)
  return found.taken < keys.length
    ? checkAccess(node, checking)
    : { tree: { op: 'fact', path: found.path, type: factType(found.type) }, type: found.type }
}

/** `has(a.b)`: whether there is such a field; false only where a verified source says so. */
export function checkHas(node: Node<'call'>, checking: Checking): Typed {
  const [of] = node.args[1]
  if (of?.op !== '.' || node.args[1].length !== 1) {
    const fix = 'Write `has(subject.claims.name)`, or `"name" in subject.claims`.'
    return report(checking, node, '`has` takes a field of something.', fix)
  }
  const keys = pathKeys(of, checking)
  const found = keys && checking.names.find(keys, 'has')
  if (found && !found.ok) return report(checking, of, found.message, found.fix)
  if (found && found.taken === keys?.length) return hasFact(found)
  const [inside, key] = of.args
  if (!isDotted(inside)) {
    const fix = `Write \`"${key}" in ${textOf(checking, inside)}\`.`
    return report(checking, of, '`has` takes names that are joined by dots alone.', fix)
  }
  const map = checkNode(inside, checking)
  if (map === undefined) return undefined
  if (map.type !== 'any' && !isMapType(map.type)) return noFields(inside, map.type, checking)
  return { tree: { op: 'has', of: map.tree, key }, type: 'bool' }
}

function isDotted(node: ASTNode): boolean {
  return node.op === 'id' || (node.op === '.' && isDotted(node.args[0]))
}

/** `"amount" in resource`, `"new-device" in signals`; undefined where the right side is no group of facts. */
export function checkGroupMember(
  node: Node<'in'>,
  checking: Checking,
): { readonly typed: Typed } | undefined {
  const [wanted, group] = node.args
  const keys = pathKeys(group, checking)
  if (keys === undefined || !checking.names.isGroup(keys)) return undefined
  const key = stringLiteral(wanted)
  if (key === undefined) {
    const message = `What is looked for in \`${keys.join('.')}\` is written out, so that it is known what a condition reads.`
    return { typed: report(checking, wanted, message, 'Write the name in quotes.') }
  }
  const found = checking.names.find([...keys, key], 'in')
  if (!found.ok) return { typed: report(checking, wanted, found.message, found.fix) }
  return { typed: hasFact(found) }
}

/** The constant keys from a name of the scope to the node: `subject.claims["x"].y`. */
function pathKeys(node: ASTNode, checking: Checking): readonly string[] | undefined {
  const keys: string[] = []
  let rest = node
  while (rest.op === '.' || rest.op === '[]') {
    const key = rest.op === '.' ? rest.args[1] : stringLiteral(rest.args[1])
    if (key === undefined) return undefined
    keys.push(key)
    rest = rest.args[0]
  }
  if (rest.op !== 'id' || rest.args === checking.item?.name) return undefined
  keys.push(rest.args)
  return keys.reverse()
}

function checkAccess(node: PathNode, checking: Checking): Typed {
  if (node.op === 'id') return undefined
  const of = checkNode(node.args[0], checking)
  if (of === undefined) return undefined
  const key = node.op === '.' ? node.args[1] : stringLiteral(node.args[1])
  if (key === undefined && node.op === '[]') return checkIndex(node, of, checking)
  if (of.type !== 'any' && !isMapType(of.type)) return noFields(node.args[0], of.type, checking)
  const type = itemTypeOf(of.type) ?? 'any'
  return { tree: { op: 'select', of: of.tree, key: key ?? '' }, type }
}

function checkIndex(node: Node<'[]'>, of: NonNullable<Typed>, checking: Checking): Typed {
  const key = checkNode(node.args[1], checking)
  if (key === undefined) return undefined
  const item = itemType(of.type, key.type)
  if (item === undefined) {
    const message = `An index of ${describeType(of.type)} cannot be ${describeType(key.type)}.`
    return report(checking, node, message, 'Write an integer for a list, a string for a map.')
  }
  return { tree: { op: 'index', left: of.tree, right: key.tree }, type: item }
}

function itemType(of: CelType, key: CelType): CelType | undefined {
  if (of === 'any') return key === 'int' || key === 'string' || key === 'any' ? 'any' : undefined
  const wanted = isListType(of) ? 'int' : 'string'
  return key === wanted || key === 'any' ? itemTypeOf(of) : undefined
}

function hasFact(found: FoundName & { readonly ok: true }): Typed {
  const { path } = found
  const type = factType(found.type)
  return path[0] === 'signal'
    ? { tree: { op: 'fact', path, type }, type: 'bool' }
    : { tree: { op: 'has-fact', path, type }, type: 'bool' }
}

function factType(type: CelType): FactType {
  switch (type) {
    case 'bool':
    case 'int':
    case 'double':
    case 'string':
      return type
    default:
      return type === 'level' ? 'string' : 'any'
  }
}

function noFields(node: ASTNode, type: CelType, checking: Checking): undefined {
  return report(
    checking,
    node,
    `This is ${describeType(type)}: it has no fields.`,
    'Use it as it is.',
  )
}
