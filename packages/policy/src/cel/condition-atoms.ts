// The atoms of a condition: its smallest parts that are true or false.
import { expressionText, type Tree } from './expression-text.ts'

export interface Atom {
  readonly text: string
  readonly tree: Tree
}

/** Each once, in the order of the text; what reads nothing is none. */
export function conditionAtoms(tree: Tree): readonly Atom[] {
  const found = new Map<string, Atom>()
  collect(tree, found)
  return [...found.values()]
}

function collect(tree: Tree, found: Map<string, Atom>): void {
  switch (tree.op) {
    case 'and':
    case 'or':
      for (const part of tree.args) collect(part, found)
      return
    case 'not':
      collect(tree.of, found)
      return
    case 'if':
      for (const part of [tree.test, tree.yes, tree.no]) collect(part, found)
      return
    case 'literal':
      return
    default: {
      const text = expressionText(tree)
      if (!found.has(text)) found.set(text, { text, tree })
    }
  }
}
