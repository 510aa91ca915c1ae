// Functions and methods: the admitted ones, and what to write instead of the others.
import type { ASTNode } from '@marcbachmann/cel-js'
import { didYouMean } from '../problems/did-you-mean.ts'
import { type CelType, describeType, isListType, isMapType, isNumber } from './cel-type.ts'
import { checkComprehension } from './check-comprehension.ts'
import { checkNode } from './check-node.ts'
import { checkHas } from './check-path.ts'
import { type Checking, type Node, report, stringLiteral, type Typed, textOf } from './checking.ts'
import { compilePattern } from './compile-pattern.ts'
import { functionAdvice, methodAdvice } from './function-advice.ts'

const functions = ['has', 'size', 'int', 'double', 'string']
const methods = [
  'size',
  'startsWith',
  'endsWith',
  'contains',
  'matches',
  'all',
  'exists',
  'exists_one',
]

const textOperators = {
  startsWith: 'starts-with',
  endsWith: 'ends-with',
  contains: 'contains',
} as const

export function checkCall(node: Node<'call'>, checking: Checking): Typed {
  const [name, args] = node.args
  if (name === 'has') return checkHas(node, checking)
  if (!functions.includes(name)) return unknownFunction(node, name, checking)
  const [argument] = args
  if (args.length !== 1 || argument === undefined) {
    return report(checking, node, `\`${name}\` takes one argument.`, `Write \`${name}(x)\`.`)
  }
  return name === 'size'
    ? checkSize(node, argument, checking)
    : checkConversion(node, name as 'int' | 'double' | 'string', argument, checking)
}

export function checkMethod(node: Node<'rcall'>, checking: Checking): Typed {
  const [name, receiver, args] = node.args
  const [argument] = args
  switch (name) {
    case 'all':
    case 'exists':
    case 'exists_one':
      return checkComprehension(node, checking)
    case 'size':
      return args.length === 0
        ? checkSize(node, receiver, checking)
        : report(checking, node, '`size` takes no argument.', 'Write `x.size()`.')
    case 'matches':
      return checkMatches(node, checking)
    case 'startsWith':
    case 'endsWith':
    case 'contains':
      return args.length === 1 && argument
        ? checkText(node, textOperators[name], argument, checking)
        : report(checking, node, `\`${name}\` takes one string.`, `Write \`text.${name}("part")\`.`)
    default:
      return unknownMethod(node, checking)
  }
}

function checkSize(node: ASTNode, argument: ASTNode, checking: Checking): Typed {
  const of = checkNode(argument, checking)
  if (of === undefined) return undefined
  const { type } = of
  if (type === 'string' || type === 'any' || isListType(type) || isMapType(type)) {
    return { tree: { op: 'size', of: of.tree }, type: 'int' }
  }
  const message = `\`size\` is for strings, lists and maps; this is ${describeType(type)}.`
  return report(checking, node, message, 'Leave it out.')
}

function checkConversion(
  node: ASTNode,
  to: 'int' | 'double' | 'string',
  argument: ASTNode,
  checking: Checking,
): Typed {
  const of = checkNode(argument, checking)
  if (of === undefined) return undefined
  if (!isConvertible(of.type, to)) {
    const message = `\`${to}\` does not take ${describeType(of.type)}.`
    return report(checking, node, message, conversionFix(to, of.type))
  }
  if (of.type === to) return of
  const op = of.type === 'int' && to === 'string' ? 'int-to-string' : (`to-${to}` as const)
  return { tree: { op, of: of.tree }, type: to }
}

function isConvertible(from: CelType, to: 'int' | 'double' | 'string'): boolean {
  if (from === 'any' || from === 'string' || from === 'int') return true
  return to === 'string' ? from === 'bool' : from === 'double'
}

function conversionFix(to: string, from: CelType): string {
  return to === 'string' && from === 'double'
    ? 'Write string(int(…)): how a fraction is written differs between implementations.'
    : 'Use it as it is.'
}

function checkText(
  node: Node<'rcall'>,
  op: (typeof textOperators)[keyof typeof textOperators],
  argument: ASTNode,
  checking: Checking,
): Typed {
  const text = checkString(node, node.args[1], checking)
  const part = checkString(node, argument, checking)
  return text && part && { tree: { op, left: text.tree, right: part.tree }, type: 'bool' }
}

function checkMatches(node: Node<'rcall'>, checking: Checking): Typed {
  const [, receiver, args] = node.args
  const text = checkString(node, receiver, checking)
  const [patternNode] = args
  const pattern = patternNode && stringLiteral(patternNode)
  if (pattern === undefined || patternNode === undefined || args.length !== 1) {
    const message = '`matches` takes one pattern that is written out.'
    return report(checking, node, message, 'Write `text.matches("^pattern$")`.')
  }
  const compiled = compilePattern(pattern)
  if (!compiled.ok) return report(checking, patternNode, compiled.message, compiled.fix)
  const { program } = compiled
  return text && { tree: { op: 'matches', of: text.tree, pattern, program }, type: 'bool' }
}

function checkString(call: Node<'rcall'>, node: ASTNode, checking: Checking): Typed {
  const typed = checkNode(node, checking)
  if (typed === undefined || typed.type === 'string' || typed.type === 'any') return typed
  const [name] = call.args
  const message = `\`${name}\` is for strings; \`${textOf(checking, node)}\` is ${describeType(typed.type)}.`
  return report(checking, node, message, textFix(typed.type))
}

function textFix(type: CelType): string {
  if (type === 'level')
    return 'Write `risk.level == "HIGH"`, or `risk.level in ["MEDIUM", "HIGH"]`.'
  if (isListType(type)) return 'Write `value in list`.'
  return isNumber(type) ? 'Compare numbers: `==`, `<`, `>`.' : 'Write a string.'
}

function unknownFunction(node: Node<'call'>, name: string, checking: Checking): undefined {
  const [first, second] = node.args[1].map((argument) => textOf(checking, argument))
  if (methods.includes(name) && first !== undefined) {
    const fix = `Write \`${first}.${name}(${second ?? ''})\`.`
    return report(checking, node, `\`${name}\` is called on a value.`, fix)
  }
  const message = `\`${name}\` is not admitted in conditions.`
  return report(checking, node, message, advice(name, functions, functionAdvice))
}

function unknownMethod(node: Node<'rcall'>, checking: Checking): undefined {
  const [name] = node.args
  const message = `\`.${name}()\` is not admitted in conditions.`
  return report(checking, node, message, advice(name, methods, methodAdvice))
}

function advice(
  name: string,
  known: readonly string[],
  instead: Readonly<Record<string, string>>,
): string {
  if (Object.hasOwn(instead, name)) return instead[name] ?? ''
  const meant = didYouMean(name, known)
  return meant ? `Did you mean \`${meant}\`?` : `Admitted are: ${known.join(', ')}.`
}
