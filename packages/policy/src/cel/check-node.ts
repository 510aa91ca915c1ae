// One node of the syntax tree to a typed part of the compiled tree, whatever its kind.
import type { ASTNode } from '@marcbachmann/cel-js'
import { checkArithmetic, checkNegation } from './check-arithmetic.ts'
import { checkCall, checkMethod } from './check-call.ts'
import { checkComparison, checkMembership } from './check-comparison.ts'
import { checkList, checkLiteral, checkMap } from './check-literal.ts'
import { checkChoice, checkJunction, checkNot } from './check-logic.ts'
import { checkPath } from './check-path.ts'
import { type Checking, report, type Typed } from './checking.ts'

/** `a && b && c` counts as one level. */
const MAX_TREE_DEPTH = 100

export function checkNode(node: ASTNode, outer: Checking): Typed {
  const checking = { ...outer, depth: outer.depth + 1 }
  if (checking.depth > MAX_TREE_DEPTH) {
    return report(outer, node, 'The condition is too deep.', 'Split it over several rules.')
  }
  switch (node.op) {
    case 'value':
      return checkLiteral(node, checking)
    case 'list':
      return checkList(node, checking)
    case 'map':
      return checkMap(node, checking)
    case 'id':
    case '.':
    case '[]':
      return checkPath(node, checking)
    case '!_':
      return checkNot(node, checking)
    case '-_':
      return checkNegation(node, checking)
    case '&&':
    case '||':
      return checkJunction(node, checking)
    case '?:':
      return checkChoice(node, checking)
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return checkComparison(node, checking)
    case 'in':
      return checkMembership(node, checking)
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return checkArithmetic(node, checking)
    case 'call':
      return checkCall(node, checking)
    case 'rcall':
      return checkMethod(node, checking)
    default:
      return report(
        checking,
        node,
        'Optional access (`.?`, `[?]`) is not admitted.',
        'Write `has(a.b) && …`.',
      )
  }
}
